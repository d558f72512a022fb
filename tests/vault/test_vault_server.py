"""HashiCorp Vault: mounts, seals and what stands in the metadata."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from providers.core.errors import ProviderError, RemoteError
from tests.vault.locations import VaultPlace
from tests.vault.policies import LEAST
from tests.vault.proxy import Proxy
from tests.vault.run import Run, make_args
from tests.vault.server import SESSION, OwnVault, VaultServer

Make = Callable[..., VaultPlace]


def test_a_mount_of_version_1_is_refused_before_a_key_is_minted(vault: VaultServer, vault_place: Make) -> None:
    vault.mount(f"{SESSION}-old", version=1)
    place = vault_place()
    settings = place.settings.model_copy(update={"url": f"vault://{SESSION}-old/umbrella/acme"})
    with pytest.raises(ProviderError, match=r"-old in the vault at .* is not a KV engine of version 2"):
        Run(settings).up(None, make_args(settings), minted=True)
    vault.ask("DELETE", f"sys/mounts/{SESSION}-old")


def test_a_mount_that_is_not_there_is_no_deletion(vault_place: Make) -> None:
    place = vault_place()
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    gone = state.model_copy(update={"url": "vault://elsewhere/umbrella/acme"})
    settings = place.settings.model_copy(update={"url": gone.url})
    with pytest.raises(RemoteError, match="has no such mount; check vault:url and vault:namespace"):
        Run(settings).preview(gone, args)
    with pytest.raises(RemoteError, match="has no such mount"):
        Run(settings).gate.refuse_foreign("acme")


def test_a_missing_mount_that_we_may_not_look_for(with_policy: Make) -> None:
    place = with_policy({"elsewhere/data/*": ["create", "update"]})
    settings = place.settings.model_copy(update={"url": "vault://elsewhere/umbrella/acme"})
    with pytest.raises(ProviderError, match="has no mount elsewhere, or none that our policy allows"):
        Run(settings).up(None, make_args(settings), minted=True)


def test_a_sealed_vault_is_told_and_nothing_is_minted(
    own_vault: OwnVault, stand_between: Callable[[str], Proxy]
) -> None:
    place = VaultPlace(own_vault, stand_between(own_vault.url), "umbrella/sealed")
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    own_vault.seal()
    try:
        for attempt in (
            lambda: Run(place.settings).preview(state, args),
            lambda: Run(place.settings).gate.refuse_unless_ready("acme"),
            lambda: Run(place.settings).handler.update(args.place, state, make_args(place.settings, 2)),
        ):
            with pytest.raises(RemoteError, match=r"the vault at 127.0.0.1:\d+ is sealed; unseal it and run again"):
                attempt()
    finally:
        own_vault.unseal()
    assert Run(place.settings).preview(state, args) == []
    assert len(place.list_values()) == 1


@pytest.mark.parametrize("rights", [["read", "patch"], ["read", "create", "update"]])
def test_what_others_noted_on_the_secret_stays(vault: VaultServer, with_policy: Make, rights: list[str]) -> None:
    place = with_policy(LEAST | {"secret/metadata/umbrella/+": rights})
    state = Run(place.settings).up(None, make_args(place.settings, 1))
    noted = {"custom_metadata": {"team": "networks", **place.metadata()["custom_metadata"]}}
    vault.ask("POST", f"secret/metadata/{place.path}", {**noted, "delete_version_after": "48h", "max_versions": 7})
    seen = Run(place.settings).handler.read(state.place, state)
    assert seen is not None
    after = Run(place.settings).handler.update(state.place, seen, make_args(place.settings, 2))
    about = place.metadata()
    assert about["custom_metadata"]["team"] == "networks"
    assert about["custom_metadata"]["fingerprint"] == after.fingerprint
    assert (about["delete_version_after"], about["max_versions"]) == ("48h0m0s", 7)


def test_a_deletion_that_is_only_planned_is_no_drift(vault: VaultServer, vault_place: Make) -> None:
    place = vault_place()
    vault.ask("POST", f"secret/metadata/{place.path}", {"delete_version_after": "48h"})
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    assert place.metadata()["versions"]["1"]["deletion_time"]
    assert Run(place.settings).preview(state, args) == []


def test_a_destroyed_version_is_told_apart(vault: VaultServer, vault_place: Make) -> None:
    place = vault_place()
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    vault.ask("POST", f"secret/destroy/{place.path}", {"versions": [1]})
    assert "has its version 1 destroyed for good" in Run(place.settings).preview(state, args)[0]
    after = Run(place.settings).up(state, args)
    assert after.version.startswith("2@")


def test_a_secret_deleted_and_made_anew_by_somebody_has_the_same_number_only(vault_place: Make) -> None:
    place = vault_place()
    args = make_args(place.settings)
    state = Run(place.settings).up(None, args)
    place.delete()
    place.add({"strange": "value"})
    assert "holds another value in version 1" in Run(place.settings).preview(state, args)[0]
