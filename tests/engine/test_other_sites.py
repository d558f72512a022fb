"""Sites as no document describes them: one tells API members nothing of themselves, one keeps used roles."""

from __future__ import annotations

from collections.abc import Callable

from simulator.remote import MY_SECURITY, Company
from tests.engine.workspace import Stack
from tests.stories.drifts import assert_as_wanted

PROVED = "signs in; levels read by the provisioning key; table access by the console's word only"


def test_a_site_that_tells_api_members_nothing_has_a_whole_life(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    mute = company()
    mute.set_site(missingRoutes=MY_SECURITY)
    stack = make_stack(mute)
    checked = stack.run_command("check", stack.name, expect=0).text
    assert "signs in by /system/info" in " ".join(checked.split())
    up = stack.up()
    assert "Whether the provisioning key may do all that is needed is unknown" in up.text
    assert_as_wanted(stack)
    assert f"the API key {PROVED}" in stack.run_command("status", stack.name).text
    stack.preview(expect=0)
    role = mute.role()
    mute.ask("PUT", f"/roles/{role['id']}/levels", {"Finance / Invoicing": {"inquire": "All"}})
    mute.ask("PUT", f"/roles/{role['id']}/tables", {"allow": []})
    assert "Finance / Invoicing: inquire is All, should be None" in stack.preview(expect=7).text
    stack.up()
    assert_as_wanted(stack)
    # What a destroy leaves is known for ours once the next run has made its role.
    stack.destroy()
    member = mute.member()["id"]
    stack.up()
    assert mute.member()["id"] == member
    assert_as_wanted(stack)


def test_a_role_that_the_site_keeps_for_its_inactive_member_is_left_bare_and_taken_up_again(
    make_stack: Callable[..., Stack], company: Callable[..., Company]
) -> None:
    cruel = company()
    cruel.set_site(inactiveMembersBlock=True)
    stack = make_stack(cruel)
    stack.up()
    role = cruel.role()["id"]
    destroyed = stack.destroy()
    assert "The security role Umbrella stays at the site without any permission" in destroyed.text
    left = cruel.role()
    assert (left["id"], left["levels"], left["tables"]) == (role, {}, [])
    assert cruel.member()["inactiveFlag"]
    stack.up()
    assert cruel.role()["id"] == role
    assert_as_wanted(stack)
