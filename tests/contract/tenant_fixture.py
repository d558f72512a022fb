"""A whole tenant as a person would have made it, and the bags by which a stack would remember it.

The bags are written out here, not made by the product: their names are in people's states.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.contract.company import Company

PERMISSIONS = {
    "Companies / Company Maintenance": {"inquire": "All"},
    "Companies / Configurations": {"add": "All", "edit": "All", "inquire": "All"},
    "Service Desk / Service Tickets": {"add": "All", "edit": "All", "inquire": "All"},
    "System / Table Setup": {"add": "All", "edit": "All", "inquire": "All"},
}
TABLES = ["Company / Configuration", "Service / Priority", "Service / Service Board"]
# The same tables as the site shows them to a key that signs in.
SHOWN_TABLES = ["CompanyConfiguration", "ServicePriority", "ServiceServiceBoard"]
OWNER = "0123456789ab"
PLAN = {
    "permissions": PERMISSIONS,
    "table_access": TABLES,
    "role": "Umbrella",
    "member": "Umbrella",
    "member_name": "Cisco Umbrella",
    "member_email": "",
    "member_defaults": {},
    "owner": OWNER,
    "adopt": "never",
}
MINTED_ON = "2020-01-31"


class MadeIds(NamedTuple):
    """What only the making of a tenant shows."""

    role_id: str = ""
    member_id: str = ""
    key_id: str = ""
    public_key: str = ""
    private_key: str = ""
    full_description: str = f"Umbrella PSA Integration [psa:{OWNER}.000001.00000a]"


class RecordedResource(NamedTuple):
    """One resource in a stack: what the program asked for, what a check makes of it, what the state holds."""

    id: str
    asked: dict[str, Any]
    inputs: dict[str, Any]
    outputs: dict[str, Any]


def make_stack(company: Company, made: MadeIds) -> dict[str, RecordedResource]:
    """The resources of a stack in the order in which they are made."""
    ours = {"tenant": company.tenant, "company": company.owner}
    minted = {"public_key": made.public_key, "private_key": made.private_key}
    pair = {"key_id": made.key_id, **minted}
    role = {**ours, "name": "Umbrella", "adopt": "never"}
    permissions = {
        **ours,
        "role_id": made.role_id,
        "role_name": "Umbrella",
        "permissions": PERMISSIONS,
        "table_access": TABLES,
        "member": "Umbrella",
        "owner": OWNER,
    }
    member = {
        **ours,
        "identifier": "Umbrella",
        "name": "Cisco Umbrella",
        "email": "",
        "role_id": made.role_id,
        "role_name": "Umbrella",
        "defaults": {},
        "owner": OWNER,
        "adopt": "never",
        "granted": made.role_id,
    }
    key = {
        **ours,
        "member_id": made.member_id,
        "owner": OWNER,
        "description": "Umbrella PSA Integration",
        "rotate": "",
    }
    proof = {
        **ours,
        "role_id": made.role_id,
        "member": "Umbrella",
        "permissions": PERMISSIONS,
        "table_access": SHOWN_TABLES,
        **pair,
    }
    sink = {
        "tenant": company.tenant,
        "console": company.console_owner,
        "member_id": made.member_id,
        "owner": OWNER,
        "adopt": "never",
        **pair,
        "proved": made.key_id,
        "escrowed": made.key_id,
    }
    retirement = {
        **ours,
        "member_id": made.member_id,
        **pair,
        "owner": OWNER,
        "member": "Umbrella",
    }
    return {
        "SecurityRole": _make_recorded(made.role_id, role, {}, {"active": True, "admin": False, "adopted": False}),
        "PermissionSet": _make_recorded(
            made.role_id, permissions, {}, {"pending": "", "work_order": "", "granted": made.role_id}
        ),
        "ApiMember": _make_recorded(
            made.member_id, member, {}, {"active": True, "adopted": False, "manages_email": False}
        ),
        "ApiKey": _make_recorded(
            made.key_id,
            key,
            {"minted_on": MINTED_ON, "supplied_public_key": ""},
            {
                **minted,
                "active": True,
                "pending": "",
                "full_description": made.full_description,
                "work_order": "",
                "replaced_public_key": "",
                "escrow": "",
            },
        ),
        "AccessProof": _make_recorded(company.owner, proof, {}, {"signs_in": True, "evidence": ""}),
        "PsaIntegration": _make_recorded(
            company.console_owner,
            sink,
            {},
            {"kind": "ConnectWise", "enabled": True, "pending": "", "written_key": made.public_key, "work_order": ""},
        ),
        "KeyRetirement": _make_recorded(OWNER, retirement, {}, {"leftovers": []}),
    }


def _make_recorded(
    object_id: str, asked: dict[str, Any], filled: dict[str, Any], made: dict[str, Any]
) -> RecordedResource:
    return RecordedResource(object_id, asked, {**asked, **filled}, {**asked, **filled, **made})


class TenantFixture:
    """Every object of a tenant, live in the simulator; what its making left in the log is forgotten."""

    def __init__(self, company: Company) -> None:
        self.company = company
        role_id = str(company.ask("POST", "/roles", {"name": "Umbrella"})["id"])
        company.ask("PUT", f"/roles/{role_id}/levels", PERMISSIONS)
        company.ask("PUT", f"/roles/{role_id}/tables", {"allow": TABLES})
        member = {"identifier": "Umbrella", "name": "Cisco Umbrella", "roleId": int(role_id)}
        self.made = MadeIds(role_id, str(company.ask("POST", "/apiMembers", member)["id"]))
        self.made = self.made._replace(**self.mint(self.made.full_description))
        company.set_sink(publicKey=self.made.public_key, privateKey=self.made.private_key)
        company.forget_requests()

    def mint(self, description: str) -> dict[str, str]:
        """A key of our member, made by a person."""
        made = self.company.ask("POST", f"/apiMembers/{self.made.member_id}/keys", {"description": description})
        return {"key_id": made["id"], "public_key": made["publicKey"], "private_key": made["privateKey"]}

    @property
    def stack(self) -> dict[str, RecordedResource]:
        return make_stack(self.company, self.made)
