"""Sinks of which only people know: another product, and whatever reads the vault."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from providers.console.drivers import Destination
from providers.console.manual_sinks import EnteredElsewhere, UnseenSink, VaultAlone, WordOfMouth, open_word_of_mouth
from providers.console.sink_orders import SiteAddress
from providers.core.errors import NotObservable, WorkOrder

SECRET = SecretStr("s3cr3t-value")
SITE = SiteAddress("https://na.myconnectwise.net", "acme")
CENTRAL = Destination("N-able N-central", "Administration > PSA Integration")


def open_sink(kind: str, applied: str = "") -> WordOfMouth:
    return open_word_of_mouth(kind, "n-able-n-central", applied, SITE, "vault://secret/acme")


def read_order(order: pytest.ExceptionInfo[WorkOrder]) -> str:
    text = str(order.value)
    assert SECRET.get_secret_value() not in text
    return " ".join(text.split())


def test_a_person_enters_the_pair_where_the_vendor_says() -> None:
    with pytest.raises(WorkOrder) as order:
        open_sink("manual", "Old").write("New", SECRET, "Old", CENTRAL)
    told = read_order(order)
    assert order.value.title == "enter the API key New in N-able N-central"
    for words in (
        "**Still open:** appliedKey names Old, not this key.",
        "In N-able N-central go to Administration > PSA Integration.",
        "https://na.myconnectwise.net acme",
        "it is in the vault at vault://secret/acme, and in this stack's state",
        "pulumi config set -s <tenant> appliedKey New",
        "Nobody can look into N-able N-central from here",
    ):
        assert words in told
    assert open_sink("manual", "New").write("New", SECRET, "Old", CENTRAL).publicKey == "New"


def test_a_vendor_that_publishes_no_screen_is_named_all_the_same() -> None:
    with pytest.raises(WorkOrder) as order:
        open_sink("manual").write("New", SECRET)
    assert "Open n-able-n-central where it asks for the API key of ConnectWise PSA" in read_order(order)


def test_the_first_key_of_a_vault_alone_needs_no_word_and_the_next_one_does() -> None:
    for over in (None, ""):
        assert open_sink("none").write("New", SECRET, over).publicKey == "New"
    for said in ("", "Old"):
        with pytest.raises(WorkOrder) as order:
            open_sink("none", said).write("New", SECRET, "Old", CENTRAL)
        told = read_order(order)
        assert order.value.title == "see that N-able N-central uses the API key New"
        assert "The key Old works until you say that it is not needed any more." in told
        assert "pulumi config set -s <tenant> appliedKey New" in told
    assert open_sink("none", "New").write("New", SECRET, "Old").publicKey == "New"


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("manual", "remove the API key from N-able N-central"),
        ("none", "see that N-able N-central uses no API key of this stack"),
    ],
)
def test_before_a_key_goes_somebody_says_that_nothing_uses_it(kind: str, title: str) -> None:
    with pytest.raises(WorkOrder) as order:
        open_sink(kind, "Old").clear(CENTRAL)
    assert order.value.title == title
    assert str(order.value).endswith("UMBRELLA_PSA_APPLIED_KEY=none pulumi destroy -s <tenant>")
    open_sink(kind, "none").clear(CENTRAL)


@pytest.mark.parametrize("kind", ["manual", "none"])
def test_not_knowing_is_never_no(kind: str) -> None:
    with pytest.raises(NotObservable, match=r"can't be seen, so nothing is revoked; set appliedKey to the public key"):
        open_sink(kind).holds("Old")
    with pytest.raises(NotObservable, match=r"What n-able-n-central holds can't be seen; .* nobody has said"):
        open_sink(kind).get_integration()
    with pytest.raises(NotObservable, match=r"by your word \(appliedKey\) it holds Old"):
        open_sink(kind, "Old").get_integration()
    assert open_sink(kind, "Old").holds("Old") is True
    assert open_sink(kind, "Old").holds("New") is open_sink(kind, "none").holds("Old") is False
    assert (open_sink(kind, "none").get_public_key(), open_sink(kind, "Old").get_public_key()) == ("", "Old")
    assert open_sink(kind, "none").get_integration().kind is None


def test_nothing_is_asked_of_people_in_advance() -> None:
    UnseenSink().refuse_unless_ready()
    UnseenSink().refuse_somebodys(lambda key: False)
    for kind, made in (("manual", EnteredElsewhere), ("none", VaultAlone)):
        assert type(open_sink(kind)) is made
        assert open_sink(kind).list_prefetches() == ()
