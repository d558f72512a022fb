"""The command that says a step was carried out: whole, on one line, and without a secret."""

from __future__ import annotations

import pytest

from stacks.acknowledging import make_acknowledgement
from stacks.fleet.comparison import RecordedRow
from stacks.fleet.sweep import list_orders


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        ("PermissionSet", "umbrella-psa up acme"),
        (
            "ApiKey",
            "echo 'Enter the Public Key, then the Private Key:' && "
            "pulumi config set -s acme connectwise:manualPublicKey && "
            "pulumi config set -s acme --secret connectwise:manualPrivateKey && umbrella-psa up acme",
        ),
        ("PsaIntegration", "pulumi config set -s acme umbrella:appliedKey vhpv8fca && umbrella-psa up acme"),
    ],
)
def test_each_step_is_acknowledged_as_it_has_to_be(kind: str, command: str) -> None:
    assert make_acknowledgement("acme", kind, "vhpv8fca") == command


def test_a_key_that_a_site_named_is_no_command() -> None:
    assert "umbrella:appliedKey 'x; reboot' &&" in make_acknowledgement("acme", "PsaIntegration", "x; reboot")


def make_row(kind: str, *, awaits_deletion: bool = False, **outputs: str) -> RecordedRow:
    return RecordedRow(kind.lower(), kind, "1", {}, outputs, awaits_deletion)


def test_a_states_open_steps_are_orders_with_their_command() -> None:
    (order,) = list_orders(
        "acme",
        [
            make_row("PermissionSet", pending="", work_order=""),
            make_row("ApiKey", public_key="Old", awaits_deletion=True),
            make_row("ApiKey", public_key="New", pending=""),
            make_row("PsaIntegration", public_key="", pending="Enter it", work_order="Enter it for <tenant>."),
        ],
    )
    assert order.text == "Enter it for acme."
    assert order.acknowledge == "pulumi config set -s acme umbrella:appliedKey New && umbrella-psa up acme"
