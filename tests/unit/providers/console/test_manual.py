"""The driver `manual`: what it can't do it orders, what it can't see it says, and it believes public reads alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from pydantic import SecretStr

from providers.console.customize import TABLE_SETUP
from providers.console.manual import ManualConnectWise
from providers.console.manual_sinks import ManualUmbrella
from providers.core.errors import NotFound, NotObservable, PermissionDenied, Unauthenticated, WorkOrder

SECRET = SecretStr("s3cr3t-private-half")
TAGGED = "Umbrella PSA Integration [psa:0123456789ab.000001.00000a]"


class Role(NamedTuple):
    name: str


class Member(NamedTuple):
    identifier: str
    name: str | None
    inactiveFlag: bool | None


@dataclass
class Site:
    """Who signs in with which key. `trouble`: what a key's sign-in raises instead."""

    public_key: str = "Provisioning"
    owners: dict[str, str] = field(default_factory=dict)
    trouble: dict[str, Exception] = field(default_factory=dict)
    inactive: bool = False
    members: int = 1
    caller: str = "Provisioning"

    def get_role(self, role_id: int) -> Role | None:
        return Role("Umbrella") if role_id == 5 else None

    def get_member(self, member_id: int) -> Member | None:
        return Member("Umbrella", "Cisco Umbrella", self.inactive) if self.members else None

    def sign_in_as(self, public_key: str, private_key: SecretStr) -> Site:
        return Site(owners=self.owners, trouble=self.trouble, caller=public_key)

    def can_sign_in(self, public_key: str, private_key: SecretStr) -> bool:
        if error := self.trouble.get(public_key):
            if isinstance(error, PermissionDenied):
                return True
            raise error
        if public_key not in self.owners and (refused := self.trouble.get("Provisioning")):
            raise refused
        return public_key in self.owners

    def get_own_identifier(self) -> str:
        return self.owners[self.caller]


def make_driver(site: Site, handed_in: str = "") -> ManualConnectWise:
    pair = (handed_in, SECRET) if handed_in else None
    return ManualConnectWise(site, "acme", "https://na.myconnectwise.net", pair)


def explain(site: Site, handed_in: str, replaced_public_key: str = "") -> str:
    with pytest.raises(WorkOrder) as order:
        make_driver(site, handed_in).mint(7, TAGGED, replaced_public_key)
    text = str(order.value)
    assert TAGGED in text
    assert SECRET.get_secret_value() not in text
    return " ".join(text.partition("**Still open:** ")[2].partition("1. Sign in")[0].split())


def test_without_a_pair_the_key_is_an_order() -> None:
    assert explain(Site(), "") == ""


def test_the_members_own_live_pair_is_taken_under_the_name_of_its_tag() -> None:
    minted = make_driver(Site(owners={"Right": "UMBRELLA"}), "Right").mint(7, TAGGED)
    assert (minted.id, minted.publicKey) == ("psa:0123456789ab.000001.00000a", "Right")
    assert minted.privateKey is SECRET
    assert SECRET.get_secret_value() not in repr(minted)


@pytest.mark.parametrize(
    ("handed_in", "replaced_public_key", "words"),
    [
        ("Dead", "", "and the site refuses to sign that pair in"),
        ("Foreign", "", "which is a key of the member Other, not of Umbrella; make one there."),
        ("Right", "Right", "which is the key to be replaced; hand in a new one."),
        ("Provisioning", "", "which is the provisioning key; Umbrella gets a key of its own."),
    ],
)
def test_a_pair_that_is_not_the_one_waited_for_says_why(handed_in: str, replaced_public_key: str, words: str) -> None:
    site = Site(owners={"Right": "Umbrella", "Foreign": "Other"})
    assert explain(site, handed_in, replaced_public_key).startswith(
        f"connectwise:manualPublicKey names {handed_in}, {words}"
    )


def test_whose_key_it_is_is_said_to_be_unknown_where_the_site_does_not_say(
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_driver(Site(owners={"Nameless": ""}), "Nameless").mint(7, TAGGED)
    assert "Whose key Nameless is can't be known" in capsys.readouterr().out


def test_a_key_is_gone_only_when_it_is_refused_while_we_are_not() -> None:
    site = Site(owners={"Right": "Umbrella"})
    found = make_driver(site).find_key(7, "psa:x", "Right", SECRET)
    assert found is not None
    assert (found.id, found.publicKey, found.inactive) == ("psa:x", "Right", False)
    assert make_driver(site).find_key(7, "psa:x", "Dead", SECRET) is None
    with pytest.raises(Unauthenticated):
        make_driver(Site(trouble={"Provisioning": Unauthenticated("we too", status=401)})).find_key(
            7, "psa:x", "Dead", SECRET
        )


def test_a_key_that_signs_in_and_may_not_look_is_alive() -> None:
    site = Site(trouble={"Shy": PermissionDenied("no", status=403)})
    assert make_driver(site).find_key(7, "psa:x", "Shy", SECRET) is not None


def test_of_a_key_whose_member_is_not_active_nothing_is_known() -> None:
    for site in (Site(inactive=True), Site(members=0)):
        with pytest.raises(NotObservable, match="can't be known while its member is not active"):
            make_driver(site).find_key(7, "psa:x", "Dead", SECRET)


def test_what_only_a_screen_shows_is_unseen_and_never_fine() -> None:
    for look in (
        lambda: make_driver(Site()).get_allowed(5, TABLE_SETUP),
        lambda: make_driver(Site()).set_allowed(5, "Companies / Configurations", []),
        lambda: make_driver(Site()).list_keys(7),
    ):
        with pytest.raises(NotObservable, match="can't be seen without a gateway"):
            look()


def test_what_only_a_person_can_do_is_an_order() -> None:
    for do, title in (
        (lambda: make_driver(Site()).set_levels(5, [], {}), "set the permissions of the security role Umbrella"),
        (lambda: make_driver(Site()).set_levels(6, [], {}), "set the permissions of the security role number 6"),
        (lambda: make_driver(Site()).revoke(7, "psa:x", "Old"), "delete the API key Old"),
        (lambda: make_driver(Site()).set_inactive(7, "psa:x", False), "make the API key psa:x active again"),
    ):
        with pytest.raises(WorkOrder) as order:
            do()
        assert order.value.title == title
    assert (
        make_driver(Site()).order_correction(5, "Key", ["x"], {}).title
        == "correct what the security role Umbrella may do"
    )
    with pytest.raises(NotFound):
        make_driver(Site(members=0)).revoke(7, "psa:x")


def test_a_person_is_always_ready_and_nothing_is_asked_of_them() -> None:
    for one in (make_driver(Site()), ManualUmbrella("msp/1", "", "")):
        one.refuse_unless_ready()
        assert one.list_prefetches() == ()


def test_the_word_for_exactly_this_key_is_what_counts_in_umbrella() -> None:
    kept = ManualUmbrella("msp/1", "New", "").write("New", SECRET)
    assert (kept.kind, kept.enabled, kept.publicKey, kept.privateKeySet) == ("ConnectWise", True, "New", True)
    for said in ("", "Old", "none"):
        with pytest.raises(WorkOrder) as order:
            ManualUmbrella("msp/1", said, "").write("New", SECRET)
        assert (f"umbrella:appliedKey names {said}, not this key." in str(order.value)) is bool(said)
        assert SECRET.get_secret_value() not in str(order.value)


def test_without_a_word_what_umbrella_holds_is_unseen() -> None:
    with pytest.raises(NotObservable, match=r"by the settings that were read, nobody has said \(umbrella:appliedKey\)"):
        ManualUmbrella("msp/1", "", "").get_integration()
    with pytest.raises(NotObservable, match=r"by your word \(umbrella:appliedKey\) it holds Old"):
        ManualUmbrella("msp/1", "Old", "").get_integration()
    with pytest.raises(NotObservable, match="so nothing is revoked"):
        ManualUmbrella("msp/1", "", "").holds("Old")


def test_none_is_a_word_too() -> None:
    sink = ManualUmbrella("msp/1", "none", "")
    assert (sink.get_integration().kind, sink.get_integration().enabled) == (None, False)
    assert sink.holds("Old") is False
    sink.clear()
    assert ManualUmbrella("msp/1", "Old", "").holds("Old") is True
    with pytest.raises(WorkOrder, match="remove the PSA integration"):
        ManualUmbrella("msp/1", "Old", "").clear()
