"""What a tenant's state holds when all is well, to be changed one field at a time."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.api_member import ApiMemberState
from providers.connectwise.key_retirement import KeyRetirementState
from providers.connectwise.permission_set import PermissionSetState
from providers.core.schema import Owned, sensitive_fields
from providers.core.values import to_plain
from providers.umbrella.psa_integration import PsaIntegrationState
from providers.vault.secret import VaultSecretState
from stacks.state import Row, TenantState

COMPANY, CONSOLE = "acme@na.myconnectwise.net", "msp/9898129"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}

KEY = ApiKeyState(
    company=COMPANY,
    member_id="2306",
    owner="877ab4a892b4",
    description="Umbrella PSA Integration",
    full_description="Umbrella PSA Integration [psa:877ab4a892b4.e4bd4f.7851e0]",
    minted_on="2026-09-01",
    public_key="Pub1",
)
SINK = PsaIntegrationState(
    console=CONSOLE, key_id="6540", public_key="Pub1", private_key=SecretStr(""), written_key="Pub1"
)
MEMBER = ApiMemberState(
    company=COMPANY, role_id="8556", identifier="Umbrella", name="Cisco Umbrella", active=True, manages_email=False
)
RETIREMENT = KeyRetirementState(company=COMPANY, member_id="2306", key_id="6540", owner="877ab4a892b4")
PERMISSIONS = PermissionSetState(company=COMPANY, role_id="8556", permissions={}, table_access=[], granted="8556")
VAULT = VaultSecretState(
    company=COMPANY,
    url="vault://secret/acme",
    key_id="6540",
    public_key="Pub1",
    private_key=SecretStr(""),
    minted_on="2026-09-01",
    company_id="acme",
    site="https://na.myconnectwise.net",
    version="1",
    generation="e4bd4f",
    fingerprint="0ed28e9760db28b995535665de390300bd883038",
    current_version="1",
)


def changed(whole: Owned, **fields: Any) -> Owned:
    """The same with some fields changed, validated once more."""
    return type(whole).model_validate({**dict(whole), **fields})


def make_row(outputs: Owned, *, object_id: str = "1", awaits_deletion: bool = False) -> Row[Owned]:
    return Row(type(outputs).__name__.removesuffix("State"), object_id, outputs, awaits_deletion)


def make_state(*rows: Owned | Row[Owned], cut_off: tuple[str, ...] = (), **further: Any) -> TenantState:
    whole = tuple(each if isinstance(each, Row) else make_row(each) for each in rows)
    return TenantState(whole, "2026-11-20T08:15:30.123Z" if rows else "", cut_off, **further)


def exported(module: str, outputs: Owned, **further: Any) -> dict[str, Any]:
    """A resource as `pulumi stack export` writes it: each secret is an object that says nothing."""
    hidden = {name: {**SECRET, "ciphertext": "v1:a:b"} for name in sensitive_fields(type(outputs))}
    token = f"pulumi-python:dynamic/{module}:{make_row(outputs).kind}"
    return {"type": token, "id": "1", "outputs": {"__provider": "gASV", **to_plain(outputs), **hidden}, **further}
