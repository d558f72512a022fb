"""What is still to be deleted: a destroy that has not ended, and a replaced key that waits for a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.api_member import ApiMemberState
from providers.connectwise.key_retirement import KeyRetirementState
from providers.console import work_orders
from providers.core.configuration import to_environment_name
from providers.core.errors import WorkOrder
from providers.core.terms import terms
from stacks.state import Row, TenantState


@dataclass(frozen=True)
class OpenDeletion:
    """`step`: what it is, `<what>: <sentence>`. Where a person has to act: `order`, the work order, and `again`, the
    command that goes on then."""

    step: str
    order: str = ""
    again: str = ""


def find_open_deletion(
    tenant: str, state: TenantState, settings: Mapping[str, str], get_last_change: Callable[[], tuple[str, str]]
) -> OpenDeletion | None:
    """Find what a destroy or a rotation has left to be deleted; None when nothing is.

    Args:
        tenant: The stack's name.
        state: What the stack's state holds.
        settings: The plain settings of its file.
        get_last_change: `PulumiCli.get_last_change`, called only where the state alone can't tell.
    """
    destroying = _is_being_destroyed(state, get_last_change)
    order = _find_work_order(state, settings, destroying=destroying)
    again = terms().on(terms().destroy if destroying else terms().apply, tenant)
    if order and destroying and settings.get("umbrella:driver", "manual") == "manual":
        again = f"{to_environment_name('umbrella:appliedKey')}=none {again}"
    if order:
        what = "destroy" if destroying else "ApiKey"
        return OpenDeletion(f"{what}: {order.title}, then run `{again}` again", str(order), again)
    if destroying:
        return OpenDeletion(f"destroy: has not ended, and something is left; `{again}` goes on with it")
    return None


def _is_being_destroyed(state: TenantState, get_last_change: Callable[[], tuple[str, str]]) -> bool:
    """Tell by what a kill left in work, else by the graph's last node, which a destroy deletes first.

    That node is missing, too, after a first `up` that failed right before it: the history tells the two apart. Without
    an entry of its own a destroy was killed between two steps, if all had been there after the last `up`.
    """
    if state.cut_deletions:
        return True
    if not state.rows or state.pending or state.current(KeyRetirementState):
        return False
    verb, result = get_last_change()
    return verb == "destroy" or (verb == "update" and result == "succeeded" and bool(state.applied_key))


def _find_work_order(state: TenantState, settings: Mapping[str, str], *, destroying: bool) -> WorkOrder | None:
    """Make the order for a person, by the settings' drivers: `manual` is the default."""
    by_hand = {side: settings.get(f"{side}:driver", "manual") == "manual" for side in ("umbrella", "connectwise")}
    key, sink = state.key, state.sink
    if destroying and sink:
        return work_orders.order_integration_removal(sink.outputs.console) if by_hand["umbrella"] else None
    if not by_hand["connectwise"]:
        return None
    if destroying:
        return _order_key_deletion(state, key, settings) if key and not key.outputs.pending else None
    replaced = state.replaced(ApiKeyState)
    # Not before its successor is in use: until then Umbrella works with it.
    if replaced and key and sink and not state.pending and sink.outputs.written_key == key.outputs.public_key:
        return _order_key_deletion(state, replaced[0], settings)
    return None


def _order_key_deletion(state: TenantState, key: Row[ApiKeyState], settings: Mapping[str, str]) -> WorkOrder:
    company, _, host = key.outputs.company.partition("@")
    member = next((row.outputs for row in state.rows_of(ApiMemberState) if row.id == key.outputs.member_id), None)
    named = work_orders.OrderedMember(member.identifier, member.name) if member else None
    return work_orders.order_key_deletion(
        settings.get("connectwise:site", host),
        settings.get("connectwise:companyId", company),
        named or work_orders.OrderedMember(key.outputs.member_id, "number"),
        key.outputs.public_key or key.id,
        f"[{key.outputs.full_description.rpartition('[')[2]}",
    )
