"""Drift at the site: a bare preview says it in words and exits 7, the next up repairs it.

The tests share one tenant; each drifts, previews, repairs, and leaves it as wanted. They stand in the order of the
graph, a chapter per resource.
"""

from __future__ import annotations

import pytest

from tests.engine.workspace import Stack
from tests.stories.drifts import DRIFTS, Drift, assert_as_wanted, change_key, set_levels

pytestmark = pytest.mark.swept


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.what.replace(" ", "_"))
def test_drift_is_told_in_words_and_repaired(tenant: Stack, drift: Drift) -> None:
    drift.do(tenant.company)
    preview = tenant.preview(expect=7)
    assert preview.count(drift.says) == 1, preview.text
    tenant.up()
    assert_as_wanted(tenant)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"inactiveFlag": True}, "System > Security Roles > Umbrella > clear Inactive > Save"),
        ({"adminFlag": True}, "System > Security Roles > Umbrella > clear Admin > Save"),
    ],
    ids=["inactive", "admin"],
)
def test_what_only_a_person_can_undo_is_told_as_a_screen_step(
    tenant: Stack, fields: dict[str, bool], says: str
) -> None:
    role_id = tenant.company.role()["id"]
    tenant.company.ask("PATCH", f"/roles/{role_id}", fields)
    assert tenant.preview(expect=7).count(says) == 1
    refused = tenant.up(expect=1)
    assert says in refused.text
    assert "Traceback" not in refused.text
    tenant.company.ask("PATCH", f"/roles/{role_id}", dict.fromkeys(fields, False))
    tenant.up()
    assert_as_wanted(tenant)


def test_a_role_and_a_key_that_are_both_gone_are_made_again(tenant: Stack) -> None:
    """The role comes first, when nothing at the site says any more that the member is ours."""
    change_key("DELETE")(tenant.company)
    tenant.company.ask("DELETE", f"/roles/{tenant.company.role()['id']}?force=true")
    tenant.preview(expect=7)
    tenant.up()
    assert_as_wanted(tenant)


def test_after_repairs_a_preview_is_clean(tenant: Stack) -> None:
    tenant.preview(expect=0)


def test_a_refresh_records_drift_and_the_next_up_still_repairs_it(tenant: Stack) -> None:
    set_levels("Service Desk / Service Tickets", delete="All")(tenant.company)
    tenant.run_pulumi("refresh", "-s", tenant.name, "--yes")
    assert tenant.preview(expect=7).count("delete is All, should be None") == 1
    tenant.up()
    assert_as_wanted(tenant)
