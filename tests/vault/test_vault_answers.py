"""HashiCorp Vault: answers that don't come, or are not the vault's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from providers.core.errors import Conflict, OutcomeUnknown, RemoteError
from providers.http.clock import Clock, Deadlines
from providers.vault.hashicorp import HashicorpVault
from tests.vault.locations import VaultPlace
from tests.vault.policies import WRITE_ONLY
from tests.vault.proxy import HANG, Proxy
from tests.vault.run import Run, get_fields, make_args, make_escrow
from tests.vault.server import find_free_port

Make = Callable[..., VaultPlace]


QUICK = Clock(sleep=lambda seconds: None)


def test_a_lost_answer_to_the_write_makes_no_second_version(vault_place: Make) -> None:
    place = vault_place()
    place.proxy.break_next("/data/", method="POST", arrives=True)
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    assert place.list_values() == [get_fields(args)]
    assert Run(place.settings).preview(state, args) == []


def test_a_write_that_did_not_arrive_is_sent_again(vault_place: Make) -> None:
    place = vault_place()
    place.proxy.break_next("/data/", method="POST")
    args = make_args(place.settings)
    Run(place.settings).up(None, args)
    assert place.list_values() == [get_fields(args)]


def test_a_lost_answer_that_can_not_be_looked_into_is_told(with_policy: Make) -> None:
    place = with_policy(WRITE_ONLY)
    place.proxy.break_next("/data/", method="POST", arrives=True)
    with pytest.raises(Conflict, match="does not let us look"):
        Run(place.settings).up(None, make_args(place.settings))
    assert len(place.list_values()) == 1


def test_a_label_that_could_not_be_written_is_no_failure(vault_place: Make) -> None:
    place = vault_place()
    place.proxy.break_next("/metadata/", 500, method="PATCH", times=9)
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    assert Run(place.settings).preview(state, args) == []
    assert Run(place.settings).up(None, args).version == state.version


def test_a_vault_that_asks_for_patience_gets_it(vault_place: Make) -> None:
    place = vault_place()
    waited: list[float] = []
    vault = HashicorpVault(place.url, place.settings, Clock(sleep=waited.append))
    place.proxy.break_next("/metadata/", 429, headers={"Retry-After": "3"}, times=2)
    assert vault.describe() is None
    assert waited == [3.0, 3.0]
    place.proxy.break_next("/data/", 429, headers={"Retry-After": "1"})
    vault.put(make_escrow(make_args(place.settings)), "")
    assert len(place.list_values()) == 1
    place.proxy.break_next("/metadata/", 429, headers={"Retry-After": "3600"})
    with pytest.raises(RemoteError, match="has no time to look at"):
        vault.describe()
    assert waited == [3.0, 3.0, 1.0]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, b"<html>no such page</html>", "is not a vault"),
        (404, {"errors": ["somebody else's"]}, "refused to look at"),
        (404, b"", "refused to look at"),
        (200, b"<html>hello</html>", "is not a vault"),
        (200, {"data": None}, "refused to look at"),
        (200, b'{"data": {"current_ver', "is not a vault"),
        (307, b"", "points to another server"),
        (501, {"errors": []}, "is not initialised"),
        (500, {"errors": ["internal"]}, "failed to look at"),
        (502, b"<html>bad gateway</html>", "failed to look at"),
        (503, {"errors": []}, "failed to look at"),
    ],
)
def test_no_odd_answer_is_taken_for_a_deletion(vault_place: Make, status: int, body: Any, words: str) -> None:
    place = vault_place()
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    place.proxy.break_next("/metadata/", status, body=body, times=9, headers={"Location": "http://evil.example/"})
    vault = HashicorpVault(place.url, place.settings, QUICK)
    with pytest.raises(RemoteError, match=words):
        vault.describe(state.version)


def test_a_vault_that_is_not_there(vault_place: Make) -> None:
    place = vault_place()
    settings = place.settings.model_copy(update={"address": f"http://127.0.0.1:{find_free_port()}"})
    with pytest.raises(
        OutcomeUnknown, match=r"127.0.0.1:\d+ could not be reached: the connection was refused"
    ) as caught:
        HashicorpVault(place.url, settings, QUICK).describe()
    assert not caught.value.sent


def test_a_vault_that_does_not_answer_is_given_up(vault_place: Make, stand_between: Callable[[str], Proxy]) -> None:
    place = vault_place()
    place.proxy.break_next("/metadata/", HANG, times=9)
    vault = HashicorpVault(place.url, place.settings, QUICK, Deadlines(connect=0.2, read=0.2, total=5.0))
    with pytest.raises(OutcomeUnknown, match="did not answer in full before the deadline"):
        vault.describe()
    assert len(place.list_requests()) == 3
