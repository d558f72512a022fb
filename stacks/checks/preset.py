"""A role that is there, held against a preset: what its vendor misses, and what it was given beyond."""

from __future__ import annotations

from functools import cache

from providers.connectwise.client import ConnectWise
from providers.connectwise.records import RoleRecord
from providers.connectwise.security_role import SecurityRoleState
from providers.connectwise.site import Site
from providers.core.concurrency import run_concurrently
from providers.core.errors import NotObservable, PermissionDenied, ProviderError, Unauthenticated
from stacks.checks import drivers
from stacks.checks.finding import Check, Finding, guard, make_ok
from stacks.checks.preset_levels import judge_levels
from stacks.checks.preset_lines import SUBJECT
from stacks.checks.preset_tables import judge_lists, judge_tables
from stacks.checks.site import check_site
from stacks.clients import Clients
from stacks.presets.model import Preset
from stacks.settings import Tenant
from stacks.state import TenantState


def check_preset(clients: Clients, tenant: Tenant, state: TenantState, preset: Preset) -> list[Finding]:
    """Ask the site and, for its lists, the console; nobody else: whether an `up` could run is another question."""

    def further(client: ConnectWise, _: Site) -> list[tuple[str, Check]]:
        return [(SUBJECT, lambda: _compare(clients, client, tenant, state, preset))]

    answers = run_concurrently(
        lambda: check_site(clients, tenant, further, (SUBJECT,)),
        guard("driver", lambda: drivers.check_connectwise_driver(clients, tenant.connectwise)),
    )
    return [finding for answer in answers for finding in answer.result()]


def _compare(
    clients: Clients, client: ConnectWise, tenant: Tenant, state: TenantState, preset: Preset
) -> list[Finding]:
    role = _find_role(client, tenant, state)

    look_as_key = cache(lambda: _look_as_key(client, state, role.id))

    def look(function: str) -> list[str] | None:
        try:
            return clients.open_key_driver(tenant.connectwise, client).get_allowed(role.id, function)
        except NotObservable:  # a person sits at the console, so whatever is seen is seen by a key
            items = look_as_key()
        return None if items is None else items[function]

    about = f"the security role {role.name!r} is held against {preset.title}"
    rows, labels = client.list_role_settings(role.id), client.list_setup_tables()
    return [
        make_ok(SUBJECT, about),
        *_judge_flags(role),
        *judge_levels(preset, rows),
        # A console that can't be asked takes nothing from what is known of the levels.
        *guard(SUBJECT, lambda: judge_tables(preset, labels, look))(),
        *guard(SUBJECT, lambda: judge_lists(preset, look))(),
    ]


def _find_role(client: ConnectWise, tenant: Tenant, state: TenantState) -> RoleRecord:
    """Find the role that the stack has made, under whatever name it has by now, else the one that roleName names.

    Raises `ProviderError` when there is none.
    """
    wanted = tenant.own.role_name
    made = state.find_current(SecurityRoleState)
    if made and made.outputs.name.casefold() == wanted.casefold() and (role := client.get_role(int(made.id))):
        return role
    found = client.find_roles(wanted)
    found = [role for role in found if role.name == wanted] or found
    if not found:
        raise ProviderError(f"the site has no security role {wanted!r}", next_step="set roleName to the name of one")
    if len(found) > 1:
        names = " and ".join(repr(role.name) for role in found)
        raise ProviderError(f"the site has the security roles {names}", next_step="set roleName to one, just so")
    return found[0]


def _judge_flags(role: RoleRecord) -> list[Finding]:
    if not role.adminFlag:
        return []
    found = "the site marks it as an administrators' role, which may do more than its levels say"
    return [Finding(SUBJECT, "warn", found, "give the integration a role of its own")]


def _look_as_key(client: ConnectWise, state: TenantState, role_id: int) -> dict[str, list[str]] | None:
    """Read the customize lists as this stack's key, where that has the role; None: nobody can."""
    key, made = state.key, state.find_current(SecurityRoleState)
    if key is None or made is None or made.id != str(role_id) or not key.outputs.private_key.get_secret_value():
        return None
    try:
        return client.sign_in_as(key.outputs.public_key, key.outputs.private_key).list_my_items()
    except (Unauthenticated, PermissionDenied):
        return None  # a key that is dead or bare is a matter of `check` without a preset
