"""What the check before a mint can't know, through the real engine: Azure's official client, against a FAKE service."""

from __future__ import annotations

from collections.abc import Callable

from tests.engine.workspace import Stack
from tests.unit.providers.http.certificates import Authority
from tests.vault.azure_fake import RIGHTS
from tests.vault.conftest import authority as authority
from tests.vault.conftest import azure_place as azure_place
from tests.vault.locations import AzurePlace


def test_a_right_that_no_check_can_see_leaves_the_old_key_in_use(
    make_stack: Callable[..., Stack], azure_place: AzurePlace, authority: Authority
) -> None:
    place, stack = azure_place, make_stack(vault__url=azure_place.url, vault__endpoint=azure_place.fake.url)
    company = stack.company
    signed_in = {
        "REQUESTS_CA_BUNDLE": str(authority.bundle),
        "IDENTITY_ENDPOINT": place.fake.identity_url,
        "IDENTITY_HEADER": "made up",
    }
    stack.up(expect=0, **signed_in)
    (first,) = place.list_values()
    assert first["publicKey"] == company.sink()["publicKey"]

    place.fake.rights = set(RIGHTS) - {"setSecret"}
    stack.set("rotate", "spring")
    failed = stack.up(expect=1, **signed_in)
    assert f"Azure refused to set {place.name} (403 ForbiddenByRbac); allow Microsoft.KeyVault/vaults/" in failed.text
    assert company.sink()["publicKey"] == first["publicKey"]
    assert first["publicKey"] in [key["publicKey"] for key in company.member()["keys"] if not key["inactive"]]
    assert place.list_values() == [first]

    place.fake.rights = set(RIGHTS)
    stack.up(expect=0, **signed_in)
    assert len(place.list_values()) == 2
    assert company.sink()["publicKey"] == place.list_values()[-1]["publicKey"] != first["publicKey"]
    assert [key["publicKey"] for key in company.member()["keys"]] == [company.sink()["publicKey"]]
    assert company.dead_moments() == []
    stack.preview(expect=0, **signed_in)
