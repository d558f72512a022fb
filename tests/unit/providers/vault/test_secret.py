"""`VaultSecret` before anything is known of its key: what a preview hands over, and what state it leaves."""

from __future__ import annotations

from datetime import date
from typing import Any

from pulumi.output import Unknown

from providers.core.changes import find_changes
from providers.core.run_cache import RunCache
from providers.core.schema import sensitive_fields
from providers.core.values import parse, to_plain
from providers.vault.connection import VaultSettings
from providers.vault.secret import VaultSecretArgs, VaultSecretHandler, VaultSecretState
from providers.vault.vaults import Vaults
from tests.unit.providers.core.bags import parse_known
from tests.vault.run import make_args

UNKNOWN = Unknown()  # type: ignore[no-untyped-call]
SETTINGS = VaultSettings(url="vault://secret/umbrella/acme")
STATE = VaultSecretState(
    **make_args(SETTINGS).model_dump(), version="3@t", generation="0a1b2c", fingerprint="f", current_version="3@t"
)


def make_handler() -> VaultSecretHandler:
    return VaultSecretHandler(Vaults(VaultSettings(), RunCache()))


def list_asked(**changed: Any) -> dict[str, Any]:
    bag: dict[str, Any] = to_plain(make_args(SETTINGS))
    return {name: text for name, text in bag.items() if name not in ("place", "vault_status")} | changed


def check_inputs(known: dict[str, Any], unknown: frozenset[str], old: VaultSecretArgs | None = None) -> VaultSecretArgs:
    return make_handler().check(old, VaultSecretArgs.model_construct(**known), unknown, date(2026, 1, 31))


def test_a_preview_of_the_first_up_knows_no_key() -> None:
    unknown = {name: UNKNOWN for name in ("key_id", "public_key", "private_key", "minted_on")}
    known, missing, wrong = parse_known(VaultSecretArgs, list_asked(**unknown))
    assert wrong == []
    assert check_inputs(known, missing).place == "vault://secret/umbrella/acme"


def test_a_url_that_is_not_known_yet_has_no_place() -> None:
    known, missing, _ = parse_known(VaultSecretArgs, list_asked(url=UNKNOWN))
    assert check_inputs(known, missing).place == ""


def test_what_comes_with_the_key_is_no_change_while_the_key_is_the_same() -> None:
    unknown = {name: UNKNOWN for name in ("public_key", "private_key", "minted_on")}
    known, missing, _ = parse_known(VaultSecretArgs, list_asked(**unknown))
    wanted = dict(check_inputs(known, missing, STATE))
    assert find_changes(STATE, wanted, VaultSecretArgs, missing) == []


def test_a_new_key_is_an_update_and_another_place_a_replacement() -> None:
    for changed, replaced in (({"key_id": "499"}, []), ({"url": "vault://secret/umbrella/other"}, ["place"])):
        known, missing, _ = parse_known(VaultSecretArgs, list_asked(**changed))
        found = find_changes(STATE, dict(check_inputs(known, missing, STATE)), VaultSecretArgs, missing)
        assert found
        assert [change.field for change in found if change.replaces] == replaced


def test_a_state_comes_back_as_it_went_and_hides_the_private_half() -> None:
    assert parse(VaultSecretState, to_plain(STATE)) == STATE
    assert sensitive_fields(VaultSecretState) == ["private_key"]
    assert STATE.private_key.get_secret_value() not in repr(STATE)
