"""One history's company: what a person does at its screens, what bad weather comes over it, and what it holds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from providers.core.tags import parse_tag
from simulator import remote
from simulator.server import Running
from simulator.services.connectwise.models import MemberKey, PsaCompany
from simulator.services.umbrella.models import UmbrellaConsole

FOREIGN_TAG = "Backup [psa:ffffffffffff.000000.000000]"
OURS = ("PSAProvision", "GatewayUser")
_numbers = count(1)


class Site(remote.Company):
    """The simulator runs in this process, so what it holds is looked up directly; whatever is done goes over HTTP."""

    def __init__(self, running: Running) -> None:
        self._world = running.world
        plane = remote.ControlPlane(running.url)
        super().__init__(plane, plane.ask("POST", "/companies", {"companyId": f"history-{next(_numbers)}"}))
        self.foreign_keys: dict[str, str] = {}
        other = self.ask(
            "POST", "/apiMembers", {"identifier": "Backup", "name": "Backup", "roleId": self._get_service_desk_role()}
        )
        self._add_foreign_key(other["id"], "Backup")
        self._add_foreign_key(other["id"], FOREIGN_TAG)
        self._untouched = self._describe_foreign()

    def close(self) -> None:
        self.simulator.ask("DELETE", f"/companies/{self.id}")

    # -- what a person does ------------------------------------------------------------------------------------------

    def change_externally(self, change: str, role_id: str, member_id: str, key_id: str) -> bool:
        """One deed by somebody who knows nothing of us; False when its object is not there."""
        company = self.company
        if int(role_id) not in company.roles or int(member_id) not in company.members:
            return False
        if change.startswith("key ") and key_id not in company.keys:
            return False
        role, member, key = f"/roles/{role_id}", f"/apiMembers/{member_id}", f"/keys/{key_id}"
        deeds: dict[str, Callable[[], Any]] = {
            "role widened": lambda: self.ask("PUT", f"{role}/levels", {"Companies / Contacts": {"add": "All"}}),
            "role narrowed": lambda: self.ask("PUT", f"{role}/levels", {"Service Desk / Service Tickets": _NOTHING}),
            "tables changed": lambda: self.ask("PUT", f"{role}/tables", {"allow": ["Member / Skills"]}),
            "list customized": lambda: self.ask("PUT", f"{role}/customize", _PASSWORDS),
            "role renamed": lambda: self.ask("PATCH", role, {"name": f"Old role {next(_numbers)}"}),
            "role inactive": lambda: self.ask("PATCH", role, {"inactiveFlag": True}),
            "role deleted": lambda: self.ask("DELETE", f"{role}?force=true"),
            "member inactive": lambda: self.ask("PATCH", member, {"inactiveFlag": True}),
            "member renamed": lambda: self.ask("PATCH", member, {"name": "Somebody"}),
            "member on another role": lambda: self.ask("PATCH", member, {"roleId": self._get_service_desk_role()}),
            "member moved": lambda: self.ask("PATCH", member, {"defaultDepartment": {"name": "Sales"}}),
            "key deleted": lambda: self.ask("DELETE", key),
            "key inactive": lambda: self.ask("PATCH", key, {"inactive": True}),
            "foreign key added": lambda: self._add_foreign_key(int(member_id), "Backup"),
            "key of another stack added": lambda: self._add_foreign_key(int(member_id), FOREIGN_TAG),
            "sink disabled": lambda: self.set_sink(**{**self._held, "enabled": False}),
            "sink given another key": lambda: self.set_sink(publicKey="Somebodys", privateKey="invented"),
            "sink without private half": lambda: self.set_sink(**{**self._held, "privateKey": None}),
            "sink set to Autotask": lambda: self.set_sink(kind="Autotask", publicKey=None, privateKey=None),
            "sink cleared": lambda: self.ask("DELETE", f"/consoles/{self._console}/psaIntegration"),
        }
        deeds[change]()
        return True

    def undo_manual_changes(self) -> None:
        """What only a person can undo."""
        for role in self.company.roles.values():
            if role.stamp.entered_by in OURS and (role.inactive or role.admin):
                self.ask("PATCH", f"/roles/{role.id}", {"inactiveFlag": False, "adminFlag": False})

    def switch_off(self, abandoned: set[str]) -> None:
        """Members that no state knows, by the names that `list_ours` gives them."""
        for member in self.company.members.values():
            if f"member {member.id}" in abandoned:
                self.ask("PATCH", f"/apiMembers/{member.id}", {"inactiveFlag": True})

    def inject_faults(self, faults: list[dict[str, Any]]) -> None:
        for fault in faults:
            self.simulator.ask("POST", "/faults", {**fault, "company": self.id})

    def clear_faults(self) -> list[int]:
        """End the weather; how many requests each fault hit."""
        hits = [armed_fault.hits for armed_fault in self._world.faults.armed if armed_fault.fault.company == self.id]
        self.simulator.ask("DELETE", f"/faults?company={self.id}")
        return hits

    # -- what it holds -------------------------------------------------------------------------------------------------

    @property
    def company(self) -> PsaCompany:
        return self._world.companies[self.id]

    @property
    def held(self) -> UmbrellaConsole:
        return self._world.consoles[(self.console["kind"], self.console["consoleId"])]

    def list_keys_of(self, owner: str) -> tuple[list[MemberKey], list[MemberKey]]:
        """Every key whose tag says that it is this owner's: those of inactive members, and the others."""
        tags = {key.id: parse_tag(key.description) for key in self.company.keys.values()}
        found = [key for key in self.company.keys.values() if (tag := tags[key.id]) and tag.owner == owner]
        inactive = {member.id for member in self.company.members.values() if member.inactive}
        dead = [key for key in found if key.member_id in inactive]
        return dead, [key for key in found if key not in dead]

    def is_left_to_others(self, owner: str) -> bool:
        """True when a destroy now would leave what nobody could tell from somebody's work."""
        held = self.held.integration
        ours = {key.public for keys in self.list_keys_of(owner) for key in keys}
        members = [member for member in self.company.members.values() if member.stamp.entered_by in OURS]
        foreign = [key for key in self.company.keys.values() if key.member_id in {member.id for member in members}]
        return (held.kind is not None and held.public_key not in ours) or any(key.public not in ours for key in foreign)

    def list_ours(self) -> set[str]:
        """The roles and the active members that we made and that are there; the site has no delete for members."""
        company = self.company
        roles = {f"role {role.id}" for role in company.roles.values() if role.stamp.entered_by in OURS}
        members = [
            member for member in company.members.values() if member.stamp.entered_by in OURS and not member.inactive
        ]
        return roles | {f"member {member.id}" for member in members}

    def list_made_by_us(self) -> set[str]:
        """The same, with the inactive members."""
        members = [member for member in self.company.members.values() if member.stamp.entered_by in OURS]
        return self.list_ours() | {f"member {member.id}" for member in members}

    def list_touched(self) -> list[str]:
        """What belongs to others and is not as they left it."""
        keys = self.company.keys
        gone = [name for name in self.foreign_keys if not any(key.public == name for key in keys.values())]
        off = [key.public for key in keys.values() if key.public in self.foreign_keys and key.inactive]
        return gone + off + ([] if self._describe_foreign() == self._untouched else ["a role or a member of others"])

    def list_our_dead_moments(self) -> list[dict[str, Any]]:
        """Moments since when the sink held a dead key and that no person brought about."""
        persons = {event["n"] for event in self.company.history.events if event["by"] not in OURS}
        return [moment for moment in self._world.watches[self.id].moments if moment["n"] not in persons]

    def count_changes(self) -> int:
        """How many changes the site and the console have seen."""
        return len(self.company.history.events)

    @property
    def _held(self) -> dict[str, Any]:
        now = self.held.integration
        return {"kind": now.kind, "enabled": now.enabled, "publicKey": now.public_key, "privateKey": now.private_key}

    @property
    def _console(self) -> str:
        return f"{self.console['kind']}/{self.console['consoleId']}"

    def _get_service_desk_role(self) -> int:
        return next(role.id for role in self.company.roles.values() if role.name == "Service Desk")

    def _add_foreign_key(self, member_id: int, description: str) -> None:
        made = self.ask("POST", f"/apiMembers/{member_id}/keys", {"description": description})
        self.foreign_keys[made["publicKey"]] = description

    def _describe_foreign(self) -> str:
        """Everything that stands there and that we neither made nor use."""
        roles = [role for role in self.company.roles.values() if role.stamp.entered_by not in OURS]
        members = [member for member in self.company.members.values() if member.stamp.entered_by not in OURS]
        return repr((roles, members))


_NOTHING = dict.fromkeys(("add", "edit", "inquire"), "None")
_PASSWORDS = {"function": "Companies / Configurations", "allow": ["Password"]}

EXTERNAL_CHANGES = (
    "role widened",
    "role narrowed",
    "tables changed",
    "list customized",
    "role renamed",
    "role inactive",
    "role deleted",
    "member inactive",
    "member renamed",
    "member on another role",
    "member moved",
    "key deleted",
    "key inactive",
    "foreign key added",
    "key of another stack added",
    "sink disabled",
    "sink given another key",
    "sink without private half",
    "sink set to Autotask",
    "sink cleared",
)
