"""The hand of a person: what it can't do it orders, what it can't see it says, and it believes public reads alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from pydantic import SecretStr

from providers.console.assisted import AssistedConnectWise, AssistedUmbrella
from providers.core.problems import NotPermitted, NotSignedIn, NotThere, Unseen, WorkOrder

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

    def role(self, role_id: int) -> Role | None:
        return Role("Umbrella") if role_id == 5 else None

    def member(self, member_id: int) -> Member | None:
        return Member("Umbrella", "Cisco Umbrella", self.inactive) if self.members else None

    def signed_in_as(self, public_key: str, private_key: SecretStr) -> Site:
        return Site(owners=self.owners, trouble=self.trouble, caller=public_key)

    def works(self, public_key: str, private_key: SecretStr) -> bool:
        if problem := self.trouble.get(public_key):
            if isinstance(problem, NotPermitted):
                return True
            raise problem
        if public_key not in self.owners and (refused := self.trouble.get("Provisioning")):
            raise refused
        return public_key in self.owners

    def myself(self) -> str:
        return self.owners[self.caller]


def hand(site: Site, handed_in: str = "") -> AssistedConnectWise:
    pair = (handed_in, SECRET) if handed_in else None
    return AssistedConnectWise(site, "acme", "https://na.myconnectwise.net", pair)


def why(site: Site, handed_in: str, spent: str = "") -> str:
    with pytest.raises(WorkOrder) as order:
        hand(site, handed_in).mint(7, TAGGED, spent)
    text = str(order.value)
    assert TAGGED in text
    assert SECRET.get_secret_value() not in text
    return " ".join(text.partition("**Still open:** ")[2].partition("1. Sign in")[0].split())


def test_without_a_pair_the_key_is_an_order() -> None:
    assert why(Site(), "") == ""


def test_the_members_own_live_pair_is_taken_under_the_name_of_its_tag() -> None:
    minted = hand(Site(owners={"Right": "UMBRELLA"}), "Right").mint(7, TAGGED)
    assert (minted.id, minted.publicKey) == ("psa:0123456789ab.000001.00000a", "Right")
    assert minted.privateKey is SECRET
    assert SECRET.get_secret_value() not in repr(minted)


@pytest.mark.parametrize(
    ("handed_in", "spent", "words"),
    [
        ("Dead", "", "and the site refuses to sign that pair in"),
        ("Foreign", "", "which is a key of the member Other, not of Umbrella; make one there."),
        ("Right", "Right", "which is the key to be replaced; hand in a new one."),
        ("Provisioning", "", "which is the provisioning key; Umbrella gets a key of its own."),
    ],
)
def test_a_pair_that_is_not_the_one_waited_for_says_why(handed_in: str, spent: str, words: str) -> None:
    site = Site(owners={"Right": "Umbrella", "Foreign": "Other"})
    assert why(site, handed_in, spent).startswith(f"connectwise:assistedPublicKey names {handed_in}, {words}")


def test_whose_key_it_is_is_said_to_be_unknown_where_the_site_does_not_say(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hand(Site(owners={"Nameless": ""}), "Nameless").mint(7, TAGGED)
    assert "Whose key Nameless is can't be known" in capsys.readouterr().out


def test_a_key_is_gone_only_when_it_is_refused_while_we_are_not() -> None:
    site = Site(owners={"Right": "Umbrella"})
    found = hand(site).find(7, "psa:x", "Right", SECRET)
    assert found is not None
    assert (found.id, found.publicKey, found.inactive) == ("psa:x", "Right", False)
    assert hand(site).find(7, "psa:x", "Dead", SECRET) is None
    with pytest.raises(NotSignedIn):
        hand(Site(trouble={"Provisioning": NotSignedIn("we too", status=401)})).find(7, "psa:x", "Dead", SECRET)


def test_a_key_that_signs_in_and_may_not_look_is_alive() -> None:
    site = Site(trouble={"Shy": NotPermitted("no", status=403)})
    assert hand(site).find(7, "psa:x", "Shy", SECRET) is not None


def test_of_a_key_whose_member_is_not_active_nothing_is_known() -> None:
    for site in (Site(inactive=True), Site(members=0)):
        with pytest.raises(Unseen, match="can't be known while its member is not active"):
            hand(site).find(7, "psa:x", "Dead", SECRET)


def test_what_only_a_screen_shows_is_unseen_and_never_fine() -> None:
    for look in (lambda: hand(Site()).tables(5), lambda: hand(Site()).set_tables(5, []), lambda: hand(Site()).keys(7)):
        with pytest.raises(Unseen, match="can't be seen without a gateway"):
            look()


def test_what_only_a_person_can_do_is_an_order() -> None:
    for do, title in (
        (lambda: hand(Site()).set_levels(5, []), "set the permissions of the security role Umbrella"),
        (lambda: hand(Site()).set_levels(6, []), "set the permissions of the security role number 6"),
        (lambda: hand(Site()).revoke(7, "psa:x", "Old"), "delete the API key Old"),
        (lambda: hand(Site()).set_inactive(7, "psa:x", False), "make the API key psa:x active again"),
    ):
        with pytest.raises(WorkOrder) as order:
            do()
        assert order.value.title == title
    assert hand(Site()).correct(5, "Key", ["x"], []).title == "correct what the security role Umbrella may do"
    with pytest.raises(NotThere):
        hand(Site(members=0)).revoke(7, "psa:x")


def test_a_person_is_always_ready_and_nothing_is_asked_of_them() -> None:
    for one in (hand(Site()), AssistedUmbrella("msp/1", "", "")):
        one.refuse_unless_ready()
        assert one.questions() == ()


def test_the_word_for_exactly_this_key_is_what_counts_in_umbrella() -> None:
    kept = AssistedUmbrella("msp/1", "New", "").write("New", SECRET)
    assert (kept.kind, kept.enabled, kept.publicKey, kept.privateKeySet) == ("ConnectWise", True, "New", True)
    for said in ("", "Old", "none"):
        with pytest.raises(WorkOrder) as order:
            AssistedUmbrella("msp/1", said, "").write("New", SECRET)
        assert (f"umbrella:appliedKey names {said}, not this key." in str(order.value)) is bool(said)
        assert SECRET.get_secret_value() not in str(order.value)


def test_without_a_word_what_umbrella_holds_is_unseen() -> None:
    with pytest.raises(Unseen, match=r"by the settings that were read, nobody has said \(umbrella:appliedKey\)"):
        AssistedUmbrella("msp/1", "", "").integration()
    with pytest.raises(Unseen, match=r"by your word \(umbrella:appliedKey\) it holds Old"):
        AssistedUmbrella("msp/1", "Old", "").integration()
    with pytest.raises(Unseen, match="so nothing is revoked"):
        AssistedUmbrella("msp/1", "", "").holds("Old")


def test_none_is_a_word_too() -> None:
    sink = AssistedUmbrella("msp/1", "none", "")
    assert (sink.integration().kind, sink.integration().enabled) == (None, False)
    assert sink.holds("Old") is False
    sink.clear()
    assert AssistedUmbrella("msp/1", "Old", "").holds("Old") is True
    with pytest.raises(WorkOrder, match="remove the PSA integration"):
        AssistedUmbrella("msp/1", "Old", "").clear()
