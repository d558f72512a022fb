"""The rules of security roles: names, use, levels and customize lists."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.services.connectwise import errors
from simulator.services.connectwise.catalogue import BY_LABEL, FUNCTIONS, VERBS, ModuleFunction
from simulator.services.connectwise.customize_lists import TABLE_SETUP, CustomizeList
from simulator.services.connectwise.models import Actor, ChangeStamp, PsaCompany, Role

NAME_LIMIT = 30  # schema SecurityRole
LEVELS = ("None", "My", "All")
LevelChanges = Mapping[str, Mapping[str, str | None]]  # function label -> verb -> level


class ConsoleRefusal(Exception):
    """The console refuses a change; the message is its own."""


def get(company: PsaCompany, role_id: int) -> Role:
    role = company.roles.get(role_id)
    if role is None:
        raise errors.not_found("SecurityRole", role_id)
    return role


def create(
    company: PsaCompany,
    actor: Actor,
    name: str,
    *,
    admin: bool = False,
    inactive: bool = False,
    role_type: str | None = None,
) -> Role:
    """Create a role with every level None (Barracuda's page: "The default is None") and no table access."""
    check_name(company, name)
    role = Role(
        company.allocate_id("role"),
        name,
        ChangeStamp.create(actor),
        first_row=company.first_ids["row"] + len(FUNCTIONS) * company.allocate_id("role rows"),
        admin=admin,
        inactive=inactive,
        role_type=role_type,
    )
    company.roles[role.id] = role
    company.log_change(actor, "role.created", roleId=role.id, name=name)
    return role


def check_name(company: PsaCompany, name: str, except_id: int | None = None) -> None:
    if not name.strip():
        raise errors.invalid_field("securityRole", "name", "MissingRequiredField", "The name field is required.")
    if len(name) > NAME_LIMIT:
        message = f"The name field may hold at most {NAME_LIMIT} characters."
        raise errors.invalid_field("securityRole", "name", "MaxLength", message)
    if any(role.name.casefold() == name.casefold() and role.id != except_id for role in company.roles.values()):
        raise errors.exists("securityRole", "name", name)


def delete(company: PsaCompany, actor: Actor, role_id: int, *, force: bool = False) -> None:
    """Delete a role; one that a member uses is refused. Inactive members keep a dangling reference, or block too."""
    role, inactive_block = get(company, role_id), company.modes.inactive_members_block
    holders = [member for member in company.members.values() if member.role_id == role_id]
    users = [member.identifier for member in holders if inactive_block or not member.inactive]
    if users and not force:
        raise errors.in_use(users)
    del company.roles[role_id]
    company.log_change(actor, "role.deleted", roleId=role_id, name=role.name)


def update(
    company: PsaCompany,
    actor: Actor,
    role: Role,
    *,
    name: str | None = None,
    admin: bool | None = None,
    inactive: bool | None = None,
) -> None:
    """Change a role on the screen; the REST API has no such operation."""
    if name is not None:
        check_name(company, name, except_id=role.id)
        role.name = name
    role.admin = role.admin if admin is None else admin
    role.inactive = role.inactive if inactive is None else inactive
    role.stamp.touch(actor)
    company.log_change(
        actor, "role.changed", roleId=role.id, name=role.name, adminFlag=role.admin, inactiveFlag=role.inactive
    )


def set_levels(company: PsaCompany, actor: Actor, role: Role, wanted: LevelChanges) -> None:
    """Set the levels named, leave the others. Nothing is changed when one of them is refused."""
    for label, levels in wanted.items():
        function = BY_LABEL.get(label)
        if function is None:
            raise ConsoleRefusal(f"There is no module function '{label}'.")
        for verb, level in levels.items():
            _check_level(function, verb, level)
    for label, levels in wanted.items():
        merged = {**role.levels.get(label, {}), **{verb: level for verb, level in levels.items() if level}}
        role.levels[label] = {verb: level for verb, level in merged.items() if level != "None"}
        # The rows carry the change; the role's own _info stays as it is (assumed: the levels are a table of their own).
        role.row_stamps.setdefault(label, ChangeStamp.create(actor)).touch(actor)
    changed = {label: dict(role.levels[label]) for label in wanted}
    company.log_change(actor, "role.levels", roleId=role.id, levels=changed)


def _check_level(function: ModuleFunction, verb: str, level: str | None) -> None:
    if verb not in VERBS:
        raise ConsoleRefusal(f"'{verb}' is not one of {', '.join(VERBS)}.")
    if verb not in function.verbs:
        if level in (None, "None"):
            return  # The screen shows no such list; asking for None there is no change.
        raise ConsoleRefusal(f"{function.label} has no {verb} level.")
    if level not in LEVELS:
        raise ConsoleRefusal(f"'{level}' is not a level; {function.label} takes None, My or All.")
    if level == "My" and not function.has_my:
        raise ConsoleRefusal(f"{function.label} takes None or All, not My.")


def set_list(company: PsaCompany, actor: Actor, role: Role, customized: CustomizeList, allow: list[str]) -> None:
    """Replace the list "Allow Access to these" of a function."""
    is_tables = customized.function == TABLE_SETUP
    unknown = [label for label in allow if label not in customized.items]
    if unknown:
        raise ConsoleRefusal(f"There is no {'table' if is_tables else 'item'} '{unknown[0]}' in {customized.name}.")
    if is_tables:
        role.tables = set(allow)
        company.log_change(actor, "role.tables", roleId=role.id, allow=sorted(role.tables))
        return
    role.customized[customized.function] = set(allow)
    company.log_change(actor, "role.customize", roleId=role.id, function=customized.function, allow=sorted(set(allow)))
