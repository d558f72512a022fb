"""Work orders for what holds a key in Umbrella's place: another product, or whatever reads the vault."""

from __future__ import annotations

from dataclasses import dataclass

from providers.console.drivers import Destination
from providers.console.work_orders import TENANT, OrderStep, make_work_order, private_half_step, run_again
from providers.core.errors import WorkOrder
from providers.core.terms import terms

SETTING = "appliedKey"
_WHY = "Nothing of ours writes there, so a person does it."


@dataclass(frozen=True)
class SiteAddress:
    """What a product is told of the site, beside the pair."""

    address: str
    company: str


def order_entry_elsewhere(
    to: Destination, site: SiteAddress, key: str, escrowed_at: str, because: str = ""
) -> WorkOrder:
    """Order the pair to be entered in another product than Umbrella."""
    return make_work_order(
        f"enter the API key {key} in {to.product}",
        _open_step(to),
        OrderStep("A key of ConnectWise PSA there that you don't know is somebody's: ask before you go on."),
        OrderStep("Where it asks for the site and the company, they are:", copy=[site.address, site.company]),
        OrderStep("Fill in the public key:", copy=[key]),
        private_half_step("Fill in the private key.", escrowed_at),
        OrderStep("Save, and let it test the connection where it can."),
        _say_step("Say that it is done, for exactly this key:", key),
        run_again(f"Nobody can look into {to.product} from here, so your word is what counts."),
        because=because,
        why=_WHY,
    )


def order_removal_elsewhere(to: Destination) -> WorkOrder:
    """Order the removal: nothing there may go on using a key that is about to go."""
    return make_work_order(
        f"remove the API key from {to.product}",
        _open_step(to),
        OrderStep("Remove the integration with ConnectWise PSA, if it holds a key of this stack, and save."),
        _destroy_step(),
        why=_WHY,
    )


def order_take_up(to: Destination, key: str, replaced: str, escrowed_at: str, because: str = "") -> WorkOrder:
    """Order that whatever reads the vault takes the new pair, before the old one goes."""
    return make_work_order(
        f"see that {to.product} uses the API key {key}",
        OrderStep(
            f"The new pair is in the vault at {escrowed_at}. Let whatever reads it there read it again: reload it, or "
            "wait until it does so by itself."
        ),
        OrderStep(f"The key {replaced} works until you say that it is not needed any more."),
        _say_step("Say that the new one is in use, exactly this key:", key),
        run_again("The old key is revoked then."),
        because=because,
        why="Who reads the vault, and when, is not known here, so a person says it.",
    )


def order_end_of_use(to: Destination, escrowed_at: str) -> WorkOrder:
    """Order that nothing goes on using a key that is about to go."""
    return make_work_order(
        f"see that {to.product} uses no API key of this stack",
        OrderStep(f"Whatever reads the pair in the vault at {escrowed_at} stops to work when its key is deleted."),
        _destroy_step(),
        why="Who reads the vault, and when, is not known here, so a person says it.",
    )


def _open_step(to: Destination) -> OrderStep:
    if to.screen:
        return OrderStep(f"In {to.product} go to {to.screen}.")
    return OrderStep(
        f"Open {to.product} where it asks for the API key of ConnectWise PSA; its vendor's page says where."
    )


def _say_step(text: str, key: str) -> OrderStep:
    return OrderStep(text, copy=[f"{terms().on(terms().set_setting, TENANT)} {SETTING} {key}"])


def _destroy_step() -> OrderStep:
    return OrderStep(
        "Say that it is done, for this one run:",
        copy=[f"UMBRELLA_PSA_APPLIED_KEY=none {terms().on(terms().destroy, TENANT)}"],
    )
