"""Sentences in the engine's own words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from providers.console.work_orders import OrderedMember, order_key
from providers.core.errors import ProviderError
from providers.core.terms import PULUMI, terms, use_terms
from providers.engines.terraform.diagnostics import make_error, make_path, make_terms, make_warning


@pytest.fixture(autouse=True)
def tofu() -> Iterator[None]:
    use_terms(make_terms("tofu"))
    yield
    use_terms(PULUMI)


def test_a_setting_is_named_as_a_configuration_spells_it() -> None:
    text = f"set it with `{terms().set_secret} connectwise:privateKey` or run `{terms().apply}` again"
    assert make_warning(text).summary == "set it with `connectwise.private_key` or run `tofu apply` again"
    removed = f"remove it with `{terms().remove_setting} rotate`"
    assert make_warning(removed).summary == "remove it with `rotate`"


def test_a_work_order_keeps_its_lines_and_its_commands_set_variables() -> None:
    member = OrderedMember("Umbrella", "Cisco Umbrella")
    told = make_error(order_key("na.example", "acme", member, "Key [psa:1]", ""), tenant="acme")
    assert told.summary == "make an API key for the API member Umbrella"
    assert "       export UMBRELLA_PSA_CONNECTWISE_MANUAL_PUBLIC_KEY=PUBLIC-KEY\n" in told.detail
    private = "UMBRELLA_PSA_CONNECTWISE_MANUAL_PRIVATE_KEY"
    assert f"       read -rs {private} && export {private}\n" in told.detail
    assert "pulumi" not in told.detail


def test_an_error_is_one_line_at_its_place() -> None:
    told = make_error(ProviderError("it is\nwrong", next_step="run again"), ("permissions", "A / B", "inquire"))
    assert told.summary == "it is wrong; run again."
    assert [step.attribute_name or step.element_key_string for step in told.attribute.steps] == [
        "permissions",
        "A / B",
        "inquire",
    ]


def test_what_is_in_a_block_is_an_attribute_too() -> None:
    path = make_path(("umbrella.console_id",))
    assert path is not None
    assert [step.attribute_name for step in path.steps] == ["umbrella", "console_id"]
