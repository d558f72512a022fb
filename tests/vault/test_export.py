"""`export_key`: the pair in another place, on request."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from providers.core.errors import Conflict, GuardViolation, ProviderError, SettingError
from providers.vault.connection import VaultSettings
from providers.vault.export import export_key
from tests.unit.providers.vault.test_escrow import PRIVATE, escrow
from tests.vault.locations import AgePlace, AwsPlace, DrawerPlace, Place, VaultPlace
from tests.vault.server import SESSION

MakeVault = Callable[..., VaultPlace]
NOW = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_pair_is_copied_to_any_kind_of_vault(place: Place) -> None:
    done = export_key(escrow(), place.url, place.settings, output=io.StringIO(), by="anna", now=NOW)
    assert place.list_values() == [escrow().to_fields()]
    assert (done.place, done.written) == (place.name, True)
    assert done.audit == (
        f'2026-01-31T12:00:00Z export="written" tenant="acme" key="PublicHalf" generation="0a1b2c" '
        f'fingerprint="{escrow().fingerprint}" to="{place.name}" version="{done.version}" by="anna"'
    )
    assert PRIVATE not in done.audit + repr(done)


def test_a_second_export_makes_no_second_version(place: Place) -> None:
    first = export_key(escrow(), place.url, place.settings, output=io.StringIO())
    again = export_key(escrow(), place.url, place.settings, output=io.StringIO())
    assert (again.version, again.written) == (first.version, False)
    assert 'export="there already"' in again.audit
    assert 'by="unknown"' in again.audit
    assert len(place.list_values()) == 1


def test_the_next_key_is_a_new_version(place: Place) -> None:
    export_key(escrow(), place.url, place.settings, output=io.StringIO())
    rotated = escrow(key_id="402", generation="ffffff", private_key=SecretStr("another"))
    export_key(rotated, place.url, place.settings, output=io.StringIO())
    assert place.list_values()[-1] == rotated.to_fields()
    assert len(place.list_values()) == (2 if place.keeps_history else 1)


def test_another_tenants_key_is_not_written_over(place: Place) -> None:
    export_key(escrow(tenant="beta"), place.url, place.settings, output=io.StringIO())
    with pytest.raises(GuardViolation, match="of the tenant beta and the company Acme"):
        export_key(escrow(), place.url, place.settings, output=io.StringIO())
    assert place.list_values() == [escrow(tenant="beta").to_fields()]


@pytest.mark.parametrize("output", [io.StringIO(), Terminal()])
def test_standard_output_needs_the_words(output: io.StringIO) -> None:
    with pytest.raises(SettingError, match="only when you say --show-secret"):
        export_key(escrow(), "-", VaultSettings(), output=output)
    assert output.getvalue() == ""


def test_standard_output_in_both_forms() -> None:
    output = io.StringIO()
    done = export_key(escrow(), "-", VaultSettings(), show_secret=True, output=output, now=NOW)
    assert json.loads(output.getvalue()) == escrow().to_fields()
    assert output.getvalue().endswith("}\n")
    assert 'to="standard output" version="none"' in done.audit
    assert PRIVATE not in done.audit
    output = io.StringIO()
    export_key(escrow(), "-", VaultSettings(), show_secret=True, form="env", output=output)
    assert output.getvalue() == escrow().to_text("env")


def test_a_file_may_hold_either_form(age_place: AgePlace) -> None:
    export_key(escrow(), age_place.url, VaultSettings(), output=io.StringIO())
    done = export_key(escrow(), age_place.url, VaultSettings(), form="env", output=io.StringIO())
    assert done.written
    assert age_place.decrypt().decode() == escrow().to_text("env")
    assert age_place.file.stat().st_mode & 0o777 == 0o600
    assert not export_key(escrow(), age_place.url, VaultSettings(), form="env", output=io.StringIO()).written


def test_other_kinds_hold_fields_only(drawer_place: DrawerPlace) -> None:
    with pytest.raises(SettingError, match="--format: env is for standard output and age"):
        export_key(escrow(), drawer_place.url, VaultSettings(), form="env", output=io.StringIO())


def test_a_blank_is_not_exported() -> None:
    with pytest.raises(GuardViolation, match="a blank key is never written"):
        export_key(escrow(public_key=" "), "-", VaultSettings(), show_secret=True, output=io.StringIO())


def test_the_stacks_connection_is_for_its_own_kind_only(aws_place: type[AwsPlace], vault_place: MakeVault) -> None:
    stack, target = vault_place(), aws_place()  # type: ignore[call-arg]
    with pytest.raises(ProviderError, match="vault:region: is required"):
        export_key(escrow(), target.url, stack.settings, output=io.StringIO())


def test_the_stacks_connection_serves_another_place_of_its_kind(vault_place: MakeVault) -> None:
    stack: VaultPlace = vault_place()
    other = vault_place()
    export_key(escrow(), other.url, stack.settings, output=io.StringIO())
    assert other.list_values() == [escrow().to_fields()]


def test_who_may_not_write_is_told_before_anything_is_written(vault_place: MakeVault) -> None:
    place: VaultPlace = vault_place()
    place.server.write_policy(SESSION, {"secret/metadata/umbrella/+": ["read"]})
    settings = place.settings.model_copy(update={"token": SecretStr(place.server.make_token(SESSION))})
    with pytest.raises(ProviderError, match="does not allow to write"):
        export_key(escrow(), place.url, settings, output=io.StringIO())


def test_a_bad_target_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match=re.escape("vault:url: must start with one of vault://")):
        export_key(escrow(), "file:///tmp/x", VaultSettings(), output=io.StringIO())


def test_somebody_who_is_faster_wins(drawer_place: DrawerPlace) -> None:
    drawer_place.drawer.may_look = False
    drawer_place.add({"somebody": "else's"})
    with pytest.raises(Conflict, match="does not let us look"):
        export_key(escrow(), drawer_place.url, VaultSettings(), output=io.StringIO())
