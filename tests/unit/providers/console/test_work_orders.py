"""Work orders: numbered, with the screens' names and values to copy, eighty columns, and never a private key."""

from __future__ import annotations

import pytest

from providers.console import work_orders
from providers.console.contract import RoleSetting
from providers.core.errors import WorkOrder

SITE = ("https://na.myconnectwise.net", "acme")
MEMBER = work_orders.OrderedMember("Umbrella", "Cisco Umbrella")
ROWS = [
    RoleSetting(moduleName="Companies", moduleFunctionName="Reports", inquireLevel="All"),
    RoleSetting(
        moduleName="Service Desk",
        moduleFunctionName="Service Tickets",
        addLevel="All",
        editLevel="All",
        deleteLevel="None",
        inquireLevel="All",
    ),
]
LISTS = {
    "System / Table Setup": ["Company / Configuration", "Service / Priority"],
    "Companies / Configurations": ["Managed Server"],
    "Service Desk / Reports": [],
}
EVERY = [
    work_orders.order_permissions(*SITE, "Umbrella", ROWS, LISTS),
    work_orders.order_correction(*SITE, "Umbrella", "Ri6UgO8viXTtwgTs", ["Table Setup: X is allowed."], LISTS),
    work_orders.order_key(*SITE, MEMBER, "Umbrella PSA Integration [psa:0123456789ab.000001.00000a]", ""),
    work_orders.order_key_deletion(*SITE, MEMBER, "Ri6UgO8viXTtwgTs", "[psa:0123456789ab.000001.00000a]"),
    work_orders.order_key_activation(*SITE, MEMBER, "7"),
    work_orders.order_key_entry(
        "msp/9898129", "Ri6UgO8viXTtwgTs", "vault://secret/acme", "umbrella:appliedKey names Other1."
    ),
    work_orders.order_integration_removal("mssp/9898129"),
]


@pytest.mark.parametrize("order", EVERY, ids=lambda order: order.title)
def test_an_order_is_numbered_markdown_that_fits_a_terminal(order: WorkOrder) -> None:
    lines = str(order).split("\n")
    assert lines[0] == f"## Work order: {order.title}"
    numbers = [int(line.partition(".")[0]) for line in lines if line[:1].isdigit()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 3
    assert [line for line in lines if len(line) > 80] == []
    assert lines[-1].strip()


def test_levels_are_given_column_by_column_with_what_a_function_has_not_left_out() -> None:
    text = str(EVERY[0])
    assert "   - Companies > Reports: Inquire All\n" in text
    assert "   - Service Desk > Service Tickets: Add All, Edit All, Delete None, Inquire" in text


def test_lists_that_are_as_wanted_send_nobody_into_the_dialogue() -> None:
    assert '"Allow Access to these" must' in str(EVERY[0])
    assert '4. At System > Table Setup click "customize".' in str(EVERY[0])
    assert '5. At Companies > Configurations click "customize".' in str(EVERY[0])
    assert "   - nothing at all\n" in str(EVERY[0])
    assert "The customize lists show only to the role's key" in " ".join(str(EVERY[0]).split())
    tables_alone = work_orders.order_permissions(*SITE, "Umbrella", ROWS, {"System / Table Setup": []})
    assert "The tables show only to the role's key" in " ".join(str(tables_alone).split())
    assert "customize" not in str(work_orders.order_permissions(*SITE, "Umbrella", ROWS, {}))


def test_a_private_half_is_never_asked_for_on_the_command_line_nor_shown() -> None:
    assert "       pulumi config set -s <tenant> --secret connectwise:manualPrivateKey\n" in str(EVERY[2])
    assert "\n       umbrella-psa export <tenant> --to - --show-secret\n" in str(EVERY[5])


def test_the_sinks_order_says_where_the_key_is_escrowed() -> None:
    assert "it is in the vault at vault://secret/acme, and in this stack's state" in " ".join(str(EVERY[5]).split())
    without = " ".join(str(work_orders.order_key_entry("msp/1", "Ri6UgO8viXTtwgTs", "", "")).split())
    assert "it is in this stack's state." in without
    assert "Still open" not in without


def test_only_a_documented_address_is_named() -> None:
    assert "https://dashboard.umbrella.com/msp/9898129 go to MSP Settings > PSA" in " ".join(str(EVERY[5]).split())
    assert "In the Umbrella console 9898129 go to MSSP Settings > PSA Integration Details." in " ".join(
        str(EVERY[6]).split()
    )
