"""Azure Key Vault: the official client and credential chain over TLS, against a FAKE of the service (azure_fake.py)."""

from __future__ import annotations

from itertools import permutations

import pytest
from azure.identity import DefaultAzureCredential

from providers.core.errors import OutcomeUnknown, PermissionDenied, RemoteError, SettingError, Unauthenticated
from providers.http.clock import Clock
from providers.vault.azure import KeyVault
from tests.vault.azure_fake import RIGHTS
from tests.vault.locations import AzurePlace
from tests.vault.run import Run, get_fields, make_args, make_escrow
from tests.vault.server import find_free_port

# docs/vaults/azure.md gives these.
LEAST = {"readMetadata", "setSecret", "update"}


def test_the_least_rights_are_enough(azure_place: AzurePlace) -> None:
    place = azure_place
    place.fake.rights = set(LEAST)
    state = None
    for number in (1, 2):
        args = make_args(place.settings, number)
        state = Run(place.settings).up(state, args, minted=True)
    assert state is not None
    assert place.list_values()[-1] == get_fields(args)
    place.add({"strange": "value"})
    assert "whether its value differs can't be known without" in Run(place.settings).preview(state, args)[0]
    state = Run(place.settings).up(state, args)
    place.delete()
    assert "was deleted; " in Run(place.settings).preview(state, args)[0]


def test_the_tags_are_written_with_the_value(azure_place: AzurePlace) -> None:
    state = Run(azure_place.settings).up(None, make_args(azure_place.settings))
    secret = azure_place.fake.secret(azure_place.secret)
    assert secret
    assert secret.versions[-1].tags == {
        "managedBy": "umbrella-psa",
        "tenant": "acme",
        "companyId": "Acme",
        "keyId": "401",
        "generation": state.generation,
        "fingerprint": state.fingerprint,
    }
    assert state.version == secret.versions[-1].id


@pytest.mark.parametrize("missing", sorted(LEAST - {"setSecret"}))
def test_nothing_is_minted_without_the_rights(azure_place: AzurePlace, missing: str) -> None:
    azure_place.fake.rights = set(RIGHTS) - {missing}
    with pytest.raises(PermissionDenied, match=f"allow Microsoft.KeyVault/vaults/secrets/{missing}/action"):
        Run(azure_place.settings).up(None, make_args(azure_place.settings), minted=True)
    assert azure_place.list_values() == []


def test_a_missing_right_to_set_shows_before_anything_is_written(azure_place: AzurePlace) -> None:
    """The limit of docs/vaults/azure.md: by then a key is minted, which the sink waits to get."""
    place, old, new = azure_place, make_args(azure_place.settings, 1), make_args(azure_place.settings, 2)
    state = Run(place.settings).up(None, old)
    place.fake.rights = set(RIGHTS) - {"setSecret"}
    with pytest.raises(PermissionDenied, match=r"Azure refused to set .*allow .*/secrets/setSecret/"):
        Run(place.settings).up(state, new, minted=True)
    assert place.list_values() == [get_fields(old)]
    place.fake.rights = set(RIGHTS)
    assert Run(place.settings).preview(Run(place.settings).up(state, new, minted=True), new) == []
    assert place.list_values() == [get_fields(old), get_fields(new)]


def test_access_that_was_lost_is_an_error_and_no_deletion(azure_place: AzurePlace) -> None:
    args = make_args(azure_place.settings)
    state = Run(azure_place.settings).up(None, args)
    azure_place.fake.rights = set()
    with pytest.raises(
        PermissionDenied, match=r"Azure refused to list azurekv://acme-vault/.* \(403 ForbiddenByRbac\)"
    ):
        Run(azure_place.settings).preview(state, args)


def test_a_rotation_asks_three_times(azure_place: AzurePlace) -> None:
    place = azure_place
    state = Run(place.settings).up(None, make_args(place.settings, 1), minted=True)
    run = Run(place.settings)
    seen = run.handler.read(state.place, state)
    assert seen is not None
    place.forget_asked()
    run.gate.refuse_unless_ready("acme")
    run.handler.update(state.place, seen, make_args(place.settings, 2))
    path = f"/secrets/{place.secret}"
    assert place.list_requests() == [f"PATCH {path}/{'0' * 32}", f"GET {path}/versions", f"PUT {path}"]


def test_a_disabled_version_is_told_apart(azure_place: AzurePlace) -> None:
    args = make_args(azure_place.settings)
    state = Run(azure_place.settings).up(None, args)
    secret = azure_place.fake.secret(azure_place.secret)
    assert secret
    secret.versions[-1].enabled = False
    assert "disabled; `pulumi up` puts the key there" in Run(azure_place.settings).preview(state, args)[0]
    state = Run(azure_place.settings).up(state, args)
    assert len(azure_place.list_values()) == 2
    assert Run(azure_place.settings).preview(state, args) == []


def test_of_two_versions_in_one_second_it_is_never_the_lists_order_that_decides(azure_place: AzurePlace) -> None:
    place, old, new = azure_place, make_args(azure_place.settings, 9), make_args(azure_place.settings, 10)
    older = Run(place.settings).up(None, old)
    newer = Run(place.settings).up(older, new)
    again = place.fake.set(place.secret, make_escrow(new).to_text(), {**make_escrow(new).to_metadata()})
    secret = place.fake.secret(place.secret)
    assert secret
    for version in secret.versions:
        version.created = 1_700_000_009
    for order in permutations(secret.versions):
        secret.versions[:] = order
        seen = Run(place.settings).vaults.open(place.url).describe()
        assert seen and seen.version == max(newer.version, again)
    place.add({"strange": "value"})
    secret.versions[-1].created = 1_700_000_009
    for order in permutations(secret.versions):
        secret.versions[:] = order
        seen = Run(place.settings).vaults.open(place.url).describe()
        assert seen and seen.version not in (older.version, newer.version, again)


def test_many_versions_come_in_pages(azure_place: AzurePlace) -> None:
    for number in range(30):
        azure_place.add({"number": str(number)})
    args = make_args(azure_place.settings)
    state = Run(azure_place.settings, take_over=True).up(None, args)
    assert Run(azure_place.settings).preview(state, args) == []
    assert len(azure_place.list_values()) == 31


def test_a_deleted_name_that_we_may_not_look_at_is_told(azure_place: AzurePlace) -> None:
    args = make_args(azure_place.settings)
    state = Run(azure_place.settings).up(None, args)
    azure_place.soft_delete()
    azure_place.fake.rights = set(LEAST)
    assert "was deleted; " in Run(azure_place.settings).preview(state, args)[0]
    with pytest.raises(RemoteError, match="is still taken by a deleted secret that we may not look at"):
        Run(azure_place.settings).up(state, args)


def test_a_recovery_that_does_not_end_is_given_up(azure_place: AzurePlace) -> None:
    place = azure_place
    Run(place.settings).up(None, make_args(place.settings))
    place.soft_delete()
    now = [0.0]
    clock = Clock(now=lambda: now[0], sleep=lambda seconds: now.__setitem__(0, now[0] + seconds))
    vault = KeyVault(place.url, place.settings, DefaultAzureCredential(), clock)
    seen = vault.describe()
    place.fake.slow_recovery = True
    with pytest.raises(RemoteError, match="is still being recovered; wait and run again"):
        vault.check_access(seen)
    assert now[0] >= 60


@pytest.mark.parametrize("arrives", [True, False])
def test_a_lost_answer_makes_no_second_version(azure_place: AzurePlace, arrives: bool) -> None:
    place = azure_place
    state = Run(place.settings).up(None, make_args(place.settings, 1))
    place.fake.lose("PUT", arrives=arrives)
    args = make_args(place.settings, 2)
    after = Run(place.settings).up(state, args)
    assert place.list_values() == [get_fields(make_args(place.settings, 1)), get_fields(args)]
    assert Run(place.settings).preview(after, args) == []


def test_patience_is_asked_for_and_given(azure_place: AzurePlace) -> None:
    azure_place.fake.refuse(429, {"Retry-After": "0"}, times=2)
    assert Run(azure_place.settings).vaults.open(azure_place.url).describe() is None
    azure_place.fake.refuse(429, {"Retry-After": "3600"})
    with pytest.raises(RemoteError, match="Azure Key Vault asks for patience with"):
        Run(azure_place.settings).vaults.open(azure_place.url).describe()


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (500, "failed to list"),
        (503, "failed to list"),
        (400, r"Azure refused to list .* \(HTTP 400"),
        (302, r"Azure refused to list .* \(HTTP 302"),
    ],
)
def test_no_odd_answer_is_taken_for_a_deletion(azure_place: AzurePlace, status: int, words: str) -> None:
    args = make_args(azure_place.settings)
    state = Run(azure_place.settings).up(None, args)
    azure_place.fake.refuse(status, {"Location": "https://evil.example/"}, times=9)
    with pytest.raises(RemoteError, match=words):
        Run(azure_place.settings).preview(state, args)


def test_a_page_of_somebody_else_is_no_deletion(azure_place: AzurePlace) -> None:
    args = make_args(azure_place.settings)
    state = Run(azure_place.settings).up(None, args)
    azure_place.fake.refuse(404, {}, times=9, body=b"<html>no such page</html>")
    with pytest.raises(RemoteError, match=r"Azure refused to list .* \(HTTP 404"):
        Run(azure_place.settings).preview(state, args)


def test_no_credential_is_told(azure_place: AzurePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
    with pytest.raises(Unauthenticated, match="no credential for Azure could be had; sign in with `az login`"):
        Run(azure_place.settings).vaults.open(azure_place.url).describe()


def test_a_token_that_is_refused_is_told(azure_place: AzurePlace) -> None:
    azure_place.fake.token = "another one"
    with pytest.raises(Unauthenticated, match=r"refused our sign-in for .* \(HTTP 401\)"):
        Run(azure_place.settings).vaults.open(azure_place.url).describe()


def test_a_vault_that_is_not_there(azure_place: AzurePlace) -> None:
    settings = azure_place.settings.model_copy(update={"endpoint": f"https://127.0.0.1:{find_free_port()}"})
    with pytest.raises(OutcomeUnknown, match="could not be reached for") as caught:
        Run(settings).vaults.open(azure_place.url).describe()
    assert not caught.value.sent


def test_plain_http_is_refused_even_to_loopback(azure_place: AzurePlace) -> None:
    settings = azure_place.settings.model_copy(update={"endpoint": "http://127.0.0.1:1"})
    with pytest.raises(SettingError, match="vault:endpoint: must be https"):
        Run(settings).vaults.open(azure_place.url)


def test_a_deleted_secret_is_deleted_already(azure_place: AzurePlace) -> None:
    vault = Run(azure_place.settings).vaults.open(azure_place.url)
    vault.delete_version("whatever")
    assert vault.describe() is None


def test_a_version_without_a_name_is_no_success(azure_place: AzurePlace) -> None:
    azure_place.fake.odd_answer = {"value": "x", "id": f"{azure_place.fake.url}/secrets/{azure_place.secret}"}
    with pytest.raises(OutcomeUnknown, match="did not say which version"):
        Run(azure_place.settings).vaults.open(azure_place.url).put(make_escrow(make_args(azure_place.settings)), "")


def test_a_value_that_went_while_we_looked(azure_place: AzurePlace) -> None:
    place = azure_place
    place.add({"strange": "value"})
    place.fake.rights = set(RIGHTS) - {"getSecret"}
    seen = Run(place.settings).vaults.open(place.url).describe()
    assert seen and seen.label is None
    with pytest.raises(RemoteError):
        Run(place.settings).vaults.open(place.url).put(make_escrow(make_args(place.settings)), "")
