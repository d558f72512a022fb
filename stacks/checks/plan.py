"""The tenant's plan, held against what the site has: functions, tables, references and names."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from providers.composition import Composition, read_today
from providers.connectwise.api_member import ApiMemberHandler, ApiMemberState
from providers.connectwise.client import ConnectWise
from providers.connectwise.customize import find_unknown_tables
from providers.connectwise.preflight import find_unknown_functions, make_member_args
from providers.connectwise.references import FIELDS, find_wrong_references
from providers.connectwise.security_role import SecurityRoleArgs, SecurityRoleState
from providers.core.errors import ProviderError
from stacks.checks.finding import Check, Finding, judge, make_finding, make_ok
from stacks.graph import build_plan
from stacks.settings import Tenant, TenantSettings
from stacks.state import StateT, TenantState


def list_plan_checks(
    client: ConnectWise, tenant: Tenant, state: TenantState, composition: Composition
) -> list[tuple[str, Check]]:
    """Independent of each other, by the subject that fails when one can't be asked."""
    own = tenant.own
    return [
        ("permissions", lambda: _check_permissions(client, tenant)),
        ("tables", lambda: _check_tables(client, tenant.own.table_access)),
        ("member", lambda: _check_member_defaults(client, own)),
        ("names", lambda: _check_role_name(client, tenant, _get_ids(state, SecurityRoleState), composition)),
        ("names", lambda: _check_member_id(client, tenant, _get_ids(state, ApiMemberState), composition)),
    ]


def _check_permissions(client: ConnectWise, tenant: Tenant) -> list[Finding]:
    wanted, customize = tenant.own.permissions, tenant.own.customize
    fine = f"the site has all {len(wanted)} module functions, with these levels"
    if customize:
        fine += f"; which items the customize lists of {', '.join(customize)} have, no public API says"
    return judge("permissions", find_unknown_functions(client, wanted, tenant.vendor_names, customize), fine)


def _check_tables(client: ConnectWise, wanted: list[str] | None) -> list[Finding]:
    if wanted is None:
        return [
            make_ok("tables", "Table Setup is left uncustomized: which tables the role may use is as the site has it")
        ]
    labels = client.list_setup_tables()
    fine = f"the site has all {len(wanted)} setup tables, of {len(labels)}"
    return judge("tables", find_unknown_tables(wanted, labels), fine)


def _check_member_defaults(client: ConnectWise, own: TenantSettings) -> list[Finding]:
    """Check a new member's defaults: it needs them all; one that is there keeps what the settings don't name."""
    names = own.member_defaults
    fine = f"{', '.join(names or FIELDS)} {'are' if names else 'come from the site and are'} known there"
    return judge("member", find_wrong_references(client, names, new=True), fine)


def _check_role_name(client: ConnectWise, tenant: Tenant, ours: set[str], composition: Composition) -> list[Finding]:
    own = tenant.own
    found = [str(role.id) for role in client.find_roles(own.role_name)]

    def refuse() -> None:
        plan = build_plan(tenant)
        args = SecurityRoleArgs(company="", name=own.role_name, adopt=own.adopt, plan=plan)
        # As for a role that gets this name: whether the one that has it may be taken, without the rest of the plan.
        composition.handlers["SecurityRole"].check(
            args.model_copy(update={"name": ""}), args, frozenset(), read_today()
        )

    return [_check_name(f"the security role {own.role_name!r}", found, ours, own, refuse)]


def _check_member_id(client: ConnectWise, tenant: Tenant, ours: set[str], composition: Composition) -> list[Finding]:
    own = tenant.own
    found = client.find_members(own.member_id)

    def refuse() -> None:
        plan, member = build_plan(tenant), composition.members.existing(own.member_id)
        if member and not composition.members.is_in_use(member, plan.owner):
            handler = cast("ApiMemberHandler", composition.handlers["ApiMember"])
            handler.check_adoption(member, make_member_args(plan, member))

    return [_check_name(f"the API member {own.member_id!r}", [str(each.id) for each in found], ours, own, refuse)]


def _check_name(
    what: str, found: list[str], ours: set[str], own: TenantSettings, refuse: Callable[[], None]
) -> Finding:
    """Tell whose the object of that name is; `refuse` raises what a preview would say to its being taken up."""
    if not found:
        return make_ok(
            "names", f"{what} does not exist yet" if not ours else f"{what} is gone, and `pulumi up` makes it"
        )
    if set(found) <= ours:
        return make_ok("names", f"{what} is this stack's")
    try:
        refuse()
    except ProviderError as refused:
        return make_finding("names", refused)
    if own.adopt == "never":
        return make_ok("names", f"{what} is what an interrupted run or a destroy of this stack left; it is taken up")
    return Finding("names", "warn", f"{what} exists and is not this stack's; adopt is {own.adopt}")


def _get_ids(state: TenantState, model: type[StateT]) -> set[str]:
    return {row.id for row in state.list_rows(model)}
