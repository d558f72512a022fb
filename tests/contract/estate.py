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
OWNER = "0123456789ab"
TAGGED = f"Umbrella PSA Integration [psa:{OWNER}.000001.00000a]"
MINTED_ON = "2026-01-31"


class Remembered(NamedTuple):
    """One resource in a stack: what the program asked for, what a check makes of it, what the state holds."""

    id: str
    asked: dict[str, Any]
    inputs: dict[str, Any]
    outputs: dict[str, Any]


class Estate:
    """Every object of a tenant, live in the simulator."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.role_id = str(company.person("POST", "/roles", {"name": "Umbrella"})["id"])
        company.person("PUT", f"/roles/{self.role_id}/levels", PERMISSIONS)
        company.person("PUT", f"/roles/{self.role_id}/tables", {"allow": TABLES})
        member = {"identifier": "Umbrella", "name": "Cisco Umbrella", "roleId": int(self.role_id)}
        self.member_id = str(company.person("POST", "/apiMembers", member)["id"])
        self.key_id, self.public_key, self.private_key = self.mint(TAGGED)
        pair = {"publicKey": self.public_key, "privateKey": self.private_key}
        company.person("PUT", f"/consoles/{company.console}/psaIntegration", pair)

    def mint(self, description: str) -> tuple[str, str, str]:
        """A key of our member, made by a person: (id, public half, private half)."""
        made = self.company.person("POST", f"/apiMembers/{self.member_id}/keys", {"description": description})
        return made["id"], made["publicKey"], made["privateKey"]

    @property
    def all(self) -> dict[str, Remembered]:
        company = self.company
        ours = {"tenant": company.tenant, "company": company.key}
        access = {"permissions": PERMISSIONS, "table_access": TABLES}
        pair = {"key_id": self.key_id, "public_key": self.public_key, "private_key": self.private_key}
        role = {**ours, "name": "Umbrella", "adopt": "never"}
        member = {
            **ours,
            "identifier": "Umbrella",
            "name": "Cisco Umbrella",
            "email": "",
            "role_id": self.role_id,
            "role_name": "Umbrella",
            "defaults": {},
            "owner": OWNER,
            "adopt": "never",
        }
        key = {
            **ours,
            "member_id": self.member_id,
            "owner": OWNER,
            "description": "Umbrella PSA Integration",
            "rotate": "",
        }
        proof = {**ours, "role_id": self.role_id, "member": "Umbrella", **pair, **access}
        sink = {
            "tenant": company.tenant,
            "console": company.console,
            "member_id": self.member_id,
            "owner": OWNER,
            "adopt": "never",
            **pair,
        }
        retirement = {
            **ours,
            "member_id": self.member_id,
            "key_id": self.key_id,
            "owner": OWNER,
            "member": "Umbrella",
        }
        minted = {"public_key": self.public_key, "private_key": self.private_key, "tagged": TAGGED}
        return {
            "SecurityRole": _remembered(self.role_id, role, {"active": True, "admin": False}, {"adopted": False}),
            "PermissionSet": _remembered(
                self.role_id, {**ours, "role_id": self.role_id, "role_name": "Umbrella", **access}, {}, {}
            ),
            "ApiMember": _remembered(self.member_id, member, {"active": True}, {"adopted": False}),
            "ApiKey": _remembered(self.key_id, key, {"active": True, "minted_on": MINTED_ON}, minted),
            "AccessProof": _remembered(company.key, proof, {"signs_in": True}, {}),
            "PsaIntegration": _remembered(company.console, sink, {"kind": "ConnectWise", "enabled": True}, {}),
            "KeyRetirement": _remembered(OWNER, retirement, {"leftovers": []}, {}),
        }

    @property
    def plan(self) -> dict[str, Any]:
        """What the program tells the role about the rest of the tenant."""
        return {
            "permissions": PERMISSIONS,
            "table_access": TABLES,
            "member": "Umbrella",
            "member_name": "Cisco Umbrella",
            "member_email": "",
            "member_defaults": {},
            "owner": OWNER,
            "adopt": "never",
        }


def _remembered(object_id: str, asked: dict[str, Any], filled: dict[str, Any], made: dict[str, Any]) -> Remembered:
    return Remembered(object_id, asked, {**asked, **filled}, {**asked, **filled, **made})
