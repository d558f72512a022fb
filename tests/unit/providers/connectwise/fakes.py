"""A ConnectWise site and its console, in memory: `Site` is what REST shows, `Console` what a driver does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from providers.connectwise.grants import VERBS
from providers.connectwise.records import MemberRecord, MySecurityRecord, Reference, RoleRecord, SettingRecord
from providers.connectwise.references import CATALOGUES as CATALOGUES_OF
from providers.connectwise.references import FIELDS
from providers.console.contract import Key, MintedKey, RoleSetting
from providers.console.customize import IDENTIFIERS, TABLE_SETUP
from providers.core.errors import Conflict, NotFound, PermissionDenied, Unauthenticated
from tests.unit.providers.connectwise.world import CATALOGUES, FUNCTIONS, TABLES, US, Role, World, make_rows


class Site:
    """What REST shows, signed in as the provisioning key or, after `sign_in_as`, as another one."""

    def __init__(self, world: World, rights: dict[str, dict[str, str]] | None = None) -> None:
        self.world = world
        self.me = US
        self.learned = ""  # who changed what we changed
        self.rights = {name: dict.fromkeys(VERBS, "All") for name in FUNCTIONS} if rights is None else rights
        self.provisioning_works = True

    # -- roles
    def find_roles(self, name: str) -> list[RoleRecord]:
        found = [number for number, role in self.world.roles.items() if role.name.casefold() == name.casefold()]
        return [self._role(number) for number in found]

    def find_any_role(self) -> RoleRecord | None:
        return next((self._role(number) for number in self.world.roles), None)

    def get_role(self, role_id: int) -> RoleRecord | None:
        return self._role(role_id) if role_id in self.world.roles else None

    def create_role(self, name: str) -> RoleRecord:
        if self.find_roles(name):
            raise Conflict("name already exists", status=400, code="ObjectExists")
        number = self.world.add_role(name, by=self.me)
        self.world.note_write("create_role", name)
        self.learned = self.me
        return self._role(number)

    def delete_role(self, role_id: int) -> None:
        if role_id not in self.world.roles:
            raise NotFound("no such role", status=404)
        roles = [self._member(number).securityRole for number in self.world.members]
        has_members = any(role and role.id == role_id for role in roles)
        if self.list_active_members(role_id) or (self.world.keeps_used_roles and has_members):
            raise Conflict("Record possibly in use", status=409)
        del self.world.roles[role_id]
        self.world.note_write("delete_role", role_id)

    def list_role_settings(self, role_id: int) -> list[SettingRecord]:
        if role_id not in self.world.roles:
            raise NotFound("no such role", status=404)
        return [SettingRecord.model_validate(row) for row in make_rows(self.world.roles[role_id].levels)]

    def list_active_members(self, role_id: int) -> list[str]:
        records = [self._member(number) for number in self.world.members]
        return [
            record.identifier
            for record in records
            if record.securityRole and record.securityRole.id == role_id and not record.inactiveFlag
        ]

    # -- rights
    def list_my_security(self) -> list[MySecurityRecord] | None:
        if not self.provisioning_works:
            raise Unauthenticated("the provisioning key is refused", status=401)
        if "mySecurity" in self.world.missing:
            return None
        me = {"member": {"id": 1, "identifier": self.me}} if self.me else {}
        return [MySecurityRecord.model_validate({**row, **me}) for row in make_rows(self.rights)]

    def list_own_rights(self) -> list[MySecurityRecord] | None:
        return self.list_my_security()

    def get_own_identifier(self) -> str:
        return self.learned if "mySecurity" in self.world.missing else self.me

    def list_setup_tables(self, wanted: Iterable[str] = ()) -> list[str]:
        return TABLES

    def sign_in_as(self, public_key: str, private_key: SecretStr) -> Session:
        return Session(self.world, public_key, private_key.get_secret_value())

    def can_sign_in(self, public_key: str, private_key: SecretStr) -> bool:
        try:
            self.sign_in_as(public_key, private_key).list_my_security()
        except PermissionDenied:
            return True
        except Unauthenticated:
            self.list_my_security()
            return False
        return True

    # -- members
    def find_members(self, identifier: str) -> list[MemberRecord]:
        return [
            self._member(number)
            for number, member in self.world.members.items()
            if member.identifier.casefold() == identifier.casefold()
        ]

    def get_member(self, member_id: int) -> MemberRecord | None:
        return self._member(member_id) if member_id in self.world.members else None

    def create_member(self, body: dict[str, Any]) -> MemberRecord:
        if self.find_members(body["identifier"]):
            raise Conflict("identifier already exists", status=400, code="ObjectExists")
        number = self.world.add_member(by=self.me, **body)
        self.world.note_write("create_member", body)
        self.learned = self.me
        return self._member(number)

    def patch_member(self, member_id: int, values: dict[str, Any]) -> MemberRecord:
        one = self.world.members[member_id]
        one.fields |= values
        one.by = self.me
        self.world.note_write("patch_member", member_id, values)
        self.learned = self.me
        return self._member(member_id)

    def get_default_member(self) -> dict[str, Any]:
        return self.world.defaults

    def list_catalogue(self, path: str) -> list[Reference]:
        return [Reference(id=number, name=name) for number, name in enumerate(CATALOGUES[path], 1)]

    def _role(self, number: int) -> RoleRecord:
        role = self.world.roles[number]
        shown = {"id": number, "name": role.name, "adminFlag": role.admin, "inactiveFlag": role.inactive}
        return RoleRecord.model_validate({**shown, "_info": {"updatedBy": role.by} if role.by else {}})

    def _member(self, number: int) -> MemberRecord:
        one = self.world.members[number]
        info = {"updatedBy": one.by} if one.by else {}
        shown = {name: self._resolved(name, value) for name, value in one.fields.items()}
        return MemberRecord.model_validate({**shown, "id": number, "identifier": one.identifier, "_info": info})

    @staticmethod
    def _resolved(name: str, value: Any) -> Any:
        """A reference is written by its id and shown with its name."""
        path = next((CATALOGUES_OF[what] for what, field in FIELDS.items() if name == field), None)
        return {**value, "name": CATALOGUES[path][value["id"] - 1]} if path and value else value


@dataclass
class Session:
    """The site as one key sees it."""

    world: World
    public: str
    private: str

    def list_my_security(self) -> list[MySecurityRecord] | None:
        role = self._role()
        missing = "mySecurity" in self.world.missing
        return None if missing else [MySecurityRecord.model_validate(row) for row in make_rows(role.levels)]

    def list_my_items(self) -> dict[str, list[str]] | None:
        if "customizeItems" in self.world.missing:
            return None
        role = self._role()
        # The site's identifiers are not the screens' labels.
        return {
            function: [label.replace(" ", "").replace("/", "") for label in role.get_allowed(function)]
            for function in IDENTIFIERS
        }

    def _role(self) -> Role:
        for member, key, private in self.world.keys.values():
            if member not in self.world.members:
                continue
            fields = self.world.members[member].fields
            if (key.publicKey, private, key.inactive, bool(fields.get("inactiveFlag"))) == (
                self.public,
                self.private,
                False,
                False,
            ):
                return self.world.roles[fields["securityRole"]["id"]]
        raise Unauthenticated(f"the key {self.public} is refused", status=401)


class Console:
    """The driver: levels, tables and keys. `keeps_levels`, `keeps_lists`: whether the console keeps what is set."""

    def __init__(self, world: World) -> None:
        self.hidden: set[int] = set()  # members that the console does not show
        self.world = world
        self.keeps_levels = self.keeps_lists = True

    def set_levels(
        self, role_id: int, settings: Sequence[RoleSetting], lists: Mapping[str, Sequence[str]]
    ) -> list[RoleSetting]:
        role = self.world.roles[role_id]
        for row in settings if self.keeps_levels else ():
            levels = {verb: getattr(row, f"{verb}Level") for verb in VERBS}
            role.levels[f"{row.moduleName} / {row.moduleFunctionName}"] = {
                verb: level for verb, level in levels.items() if level not in (None, "None")
            }
        self.world.note_write("set_levels", role_id, list(settings))
        now = {f"{row['moduleName']} / {row['moduleFunctionName']}": row for row in make_rows(role.levels)}
        return [RoleSetting.model_validate(now[f"{row.moduleName} / {row.moduleFunctionName}"]) for row in settings]

    def get_allowed(self, role_id: int, function: str) -> list[str]:
        return list(self.world.roles[role_id].get_allowed(function))

    def set_allowed(self, role_id: int, function: str, allow: Sequence[str]) -> list[str]:
        role = self.world.roles[role_id]
        if self.keeps_lists and function == TABLE_SETUP:
            role.tables = list(allow)
        elif self.keeps_lists:
            role.lists[function] = list(allow)
        self.world.note_write("set_allowed", role_id, function, list(allow))
        return self.get_allowed(role_id, function)

    def list_keys(self, member_id: int) -> list[Key]:
        if member_id not in self.world.members or member_id in self.hidden:
            raise NotFound("no such member", status=404)
        return [key for member, key, _ in self.world.keys.values() if member == member_id]

    def find_key(self, member_id: int, key_id: str, public_key: str, private_key: SecretStr) -> Key | None:
        return next((key for key in self.list_keys(member_id) if key_id == key.id or public_key == key.publicKey), None)

    def mint(self, member_id: int, description: str, replaced_public_key: str = "") -> MintedKey:
        made = self.world.add_key(member_id, description)
        self.world.note_write("mint", member_id, description)
        private = SecretStr(self.world.keys[made.id][2])
        return MintedKey(id=made.id, description=description, publicKey=made.publicKey, privateKey=private)

    def set_inactive(self, member_id: int, key_id: str, inactive: bool) -> None:
        member, key, private = self.world.keys[key_id]
        self.world.keys[key_id] = (member, key.model_copy(update={"inactive": inactive}), private)
        self.world.note_write("set_inactive", member_id, key_id, inactive)

    def revoke(self, member_id: int, key_id: str, public_key: str = "") -> None:
        self.list_keys(member_id)  # a member that is not there is told, a key that is gone is not
        self.world.keys.pop(key_id, None)
        self.world.note_write("revoke", member_id, key_id)
