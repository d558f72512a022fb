"""The tenant's plan, held against what the site has: functions, tables, references and names."""

from __future__ import annotations

from providers.connectwise.api_member import ApiMemberState
from providers.connectwise.client import ConnectWise
from providers.connectwise.grants import find_unknown_tables
from providers.connectwise.preflight import find_unknown_functions
from providers.connectwise.references import FIELDS, find_wrong_references
from providers.connectwise.security_role import SecurityRoleState
from stacks.checks.finding import Check, Finding, make_finding, make_ok
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
    errors = find_unknown_functions(client, own.permissions)
    return [make_finding("permissions", error) for error in errors] or [
        make_ok("permissions", f"the site has all {len(own.permissions)} module functions, with these levels")
    ]


def _check_tables(client: ConnectWise, own: TenantSettings) -> list[Finding]:
    labels = client.list_setup_tables()
    return [make_finding("tables", table) for table in find_unknown_tables(own.table_access, labels)] or [
        make_ok("tables", f"the site has all {len(own.table_access)} setup tables, of {len(labels)}")
    ]


def _check_member_defaults(client: ConnectWise, own: TenantSettings) -> list[Finding]:
    """A new member needs them all; one that is there keeps what the settings don't name."""
    names = own.member_defaults
    return [make_finding("member", reference) for reference in find_wrong_references(client, names, new=True)] or [
        make_ok(
            "member", f"{', '.join(names or FIELDS)} {'are' if names else 'come from the site and are'} known there"
        )
    ]


def _check_role_name(client: ConnectWise, own: TenantSettings, ours: set[str]) -> list[Finding]:
    ids = [str(role.id) for role in client.find_roles(own.role_name)]
    return [_check_name(f"the security role {own.role_name!r}", ids, ours, own, "roleName")]


def _check_member_id(client: ConnectWise, own: TenantSettings, ours: set[str]) -> list[Finding]:
    ids = [str(member.id) for member in client.find_members(own.member_id)]
    return [_check_name(f"the API member {own.member_id!r}", ids, ours, own, "memberId")]


def _check_name(kind: str, ids: list[str], ours: set[str], own: TenantSettings, key: str) -> Finding:
    if not ids:
        return make_ok(
            "names", f"{kind} does not exist yet" if not ours else f"{kind} is gone, and `pulumi up` makes it"
        )
    if set(ids) <= ours:
        return make_ok("names", f"{kind} is this stack's")
    if own.adopt != "never":
        return Finding("names", "warn", f"{kind} exists and is not this stack's; adopt is {own.adopt}")
    return Finding(
        "names",
        "warn",
        f"{kind} exists and is not in this stack's state",
        f"choose another {key}, or set adopt; what an interrupted run of this stack left is taken up by itself",
    )


def _get_ids(state: TenantState, model: type[StateT]) -> set[str]:
    return {row.id for row in state.rows_of(model)}
