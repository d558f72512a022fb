"""The tenant's plan, held against what the site has: functions, tables, references and names."""

from __future__ import annotations

from providers.connectwise.api_member import ApiMemberState
from providers.connectwise.client import ConnectWise
from providers.connectwise.grants import find_unknown_tables
from providers.connectwise.preflight import find_unknown_functions
from providers.connectwise.references import FIELDS, find_wrong_references
from providers.connectwise.security_role import SecurityRoleState
from stacks.checks.finding import Check, Finding, judge, make_ok
from stacks.settings import Tenant, TenantSettings
from stacks.state import StateT, TenantState


def list_plan_checks(client: ConnectWise, tenant: Tenant, state: TenantState) -> list[tuple[str, Check]]:
    """Independent of each other, by the subject that fails when one can't be asked."""
    own = tenant.own
    return [
        ("permissions", lambda: _check_permissions(client, own)),
        ("tables", lambda: _check_tables(client, own)),
        ("member", lambda: _check_member_defaults(client, own)),
        ("names", lambda: _check_role_name(client, own, _get_ids(state, SecurityRoleState))),
        ("names", lambda: _check_member_id(client, own, _get_ids(state, ApiMemberState))),
    ]


def _check_permissions(client: ConnectWise, own: TenantSettings) -> list[Finding]:
    fine = f"the site has all {len(own.permissions)} module functions, with these levels"
    return judge("permissions", find_unknown_functions(client, own.permissions), fine)


def _check_tables(client: ConnectWise, own: TenantSettings) -> list[Finding]:
    labels = client.list_setup_tables()
    fine = f"the site has all {len(own.table_access)} setup tables, of {len(labels)}"
    return judge("tables", find_unknown_tables(own.table_access, labels), fine)


def _check_member_defaults(client: ConnectWise, own: TenantSettings) -> list[Finding]:
    """A new member needs them all; one that is there keeps what the settings don't name."""
    names = own.member_defaults
    fine = f"{', '.join(names or FIELDS)} {'are' if names else 'come from the site and are'} known there"
    return judge("member", find_wrong_references(client, names, new=True), fine)


def _check_role_name(client: ConnectWise, own: TenantSettings, ours: set[str]) -> list[Finding]:
    found = [str(role.id) for role in client.find_roles(own.role_name)]
    return [_check_name(f"the security role {own.role_name!r}", found, ours, own, "roleName")]


def _check_member_id(client: ConnectWise, own: TenantSettings, ours: set[str]) -> list[Finding]:
    found = [str(member.id) for member in client.find_members(own.member_id)]
    return [_check_name(f"the API member {own.member_id!r}", found, ours, own, "memberId")]


def _check_name(what: str, found: list[str], ours: set[str], own: TenantSettings, key: str) -> Finding:
    if not found:
        return make_ok(
            "names", f"{what} does not exist yet" if not ours else f"{what} is gone, and `pulumi up` makes it"
        )
    if set(found) <= ours:
        return make_ok("names", f"{what} is this stack's")
    if own.adopt != "never":
        return Finding("names", "warn", f"{what} exists and is not this stack's; adopt is {own.adopt}")
    return Finding(
        "names",
        "warn",
        f"{what} exists and is not in this stack's state",
        f"choose another {key}, or set adopt; what an interrupted run of this stack left is taken up by itself",
    )


def _get_ids(state: TenantState, model: type[StateT]) -> set[str]:
    return {row.id for row in state.rows_of(model)}
