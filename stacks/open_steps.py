"""What is still to be done, of which no row of a state tells: deletions, and a proved key that Umbrella is not given.

A row that is created can wait for a person, and says so; one that is changed or deleted can't.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from providers.connectwise.access_proof import AccessProofState
from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.api_member import ApiMemberState
from providers.connectwise.key_retirement import KeyRetirementState
from providers.console import work_orders
from providers.console.manual_sinks import WordOfMouth, open_word_of_mouth
from providers.console.sink_orders import SiteAddress
from providers.core.configuration import PROJECT, to_environment_name
from providers.core.errors import WorkOrder
from providers.core.terms import terms
from providers.sink import find_sink_kind, get_applied_setting, is_by_word
from providers.umbrella.psa_integration import PsaIntegrationState, get_destination
from stacks.acknowledging import make_acknowledgement
from stacks.state import Row, TenantState


@dataclass(frozen=True)
class OpenStep:
    """`step`: what it is, `<what>: <sentence>`. Where a person has to act: `order`, the work order, and `again`, the
    command that goes on then."""

    step: str
    order: str = ""
    again: str = ""


def find_open_step(
    tenant: str, state: TenantState, settings: Mapping[str, str], get_last_change: Callable[[], tuple[str, str]]
) -> OpenStep | None:
    """Find what a destroy or a rotation has left to be done; None when nothing is.

    Args:
        tenant: The stack's name.
        state: What the stack's state holds.
        settings: The plain settings of its file.
        get_last_change: `PulumiCli.get_last_change`, called only where the state alone can't tell.
    """
    destroying = _is_being_destroyed(state, get_last_change)
    order = _find_work_order(state, settings, destroying=destroying)
    again = terms().on(terms().destroy if destroying else terms().apply, tenant)
    if order and destroying and is_by_word(settings):
        again = f"{to_environment_name(get_applied_setting(find_sink_kind(settings)))}=none {again}"
    if order:
        what = "destroy" if destroying else "ApiKey"
        return OpenStep(f"{what}: {order.title}, then run `{again}` again", str(order), again)
    if destroying:
        return OpenStep(f"destroy: has not ended, and something is left; `{again}` goes on with it")
    return _find_open_entry(tenant, state, settings)


def _find_open_entry(tenant: str, state: TenantState, settings: Mapping[str, str]) -> OpenStep | None:
    """Find a rotation's new key that has proved itself and that a person is to put to use."""
    key, sink, proof = state.key, state.sink, state.find_current(AccessProofState)
    proved = key and key.outputs.public_key and proof and proof.outputs.key_id == key.id
    if not (key and sink and proved) or state.pending or not is_by_word(settings):
        return None
    public_key, held = key.outputs.public_key, sink.outputs
    driver = _open_sink(held, settings)
    if held.written_key == public_key or driver.get_public_key() == public_key:
        return None
    order = driver.order_entry(public_key, held.written_key, get_destination(held))
    if order is None:
        return None
    again = make_acknowledgement(tenant, "PsaIntegration", public_key, held.sink)
    return OpenStep(f"PsaIntegration: {order.title}", str(order), again)


def _is_being_destroyed(state: TenantState, get_last_change: Callable[[], tuple[str, str]]) -> bool:
    """Tell by what a kill left in work, else by the graph's last node, which a destroy deletes first.

    That node is missing, too, after a first `up` that failed right before it: the history tells the two apart. Without
    an entry of its own a destroy was killed between two steps, if all had been there after the last `up`.
    """
    if state.cut_deletions:
        return True
    if not state.rows or state.pending or state.find_current(KeyRetirementState):
        return False
    verb, result = get_last_change()
    return verb == "destroy" or (verb == "update" and result == "succeeded" and bool(state.applied_key))


def _find_work_order(state: TenantState, settings: Mapping[str, str], *, destroying: bool) -> WorkOrder | None:
    """Make the order for a person, by the settings' drivers: `manual` is the default."""
    key, sink = state.key, state.sink
    if destroying and sink:
        driver = _open_sink(sink.outputs, settings)
        return driver.order_removal(get_destination(sink.outputs)) if is_by_word(settings) else None
    if settings.get("connectwise:driver", "manual") != "manual":
        return None
    if destroying:
        return _order_key_deletion(state, key, settings) if key and not key.outputs.pending else None
    replaced = state.list_replaced(ApiKeyState)
    # Not before its successor is in use: until then Umbrella works with it.
    if replaced and key and sink and not state.pending and sink.outputs.written_key == key.outputs.public_key:
        return _order_key_deletion(state, replaced[0], settings)
    return None


def _open_sink(held: PsaIntegrationState, settings: Mapping[str, str]) -> WordOfMouth:
    site = SiteAddress(settings.get("connectwise:site", ""), settings.get("connectwise:companyId", ""))
    applied = get_applied_setting(held.sink)
    said = settings.get(applied if ":" in applied else f"{PROJECT}:{applied}", "")
    # `manual` and `none` may take each other's place, so it is the settings that tell which of the two it is.
    kind = find_sink_kind(settings) if held.sink else "umbrella"
    return open_word_of_mouth(kind, held.console, said, site, settings.get("vault:url", ""))


def _order_key_deletion(state: TenantState, key: Row[ApiKeyState], settings: Mapping[str, str]) -> WorkOrder:
    company, _, host = key.outputs.company.partition("@")
    member = next((row.outputs for row in state.list_rows(ApiMemberState) if row.id == key.outputs.member_id), None)
    named = work_orders.OrderedMember(member.identifier, member.name) if member else None
    return work_orders.order_key_deletion(
        settings.get("connectwise:site", host),
        settings.get("connectwise:companyId", company),
        named or work_orders.OrderedMember(key.outputs.member_id, "number"),
        key.outputs.public_key or key.id,
        f"[{key.outputs.full_description.rpartition('[')[2]}",
    )
