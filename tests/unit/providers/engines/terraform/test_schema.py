"""What the provider publishes is what the models say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from providers.core.schema import describe_fields
from providers.engines.terraform.configuration import KEY
from providers.engines.terraform.documents import FOLDER, make_documents
from providers.engines.terraform.messages import format_schemas, make_schemas
from providers.engines.terraform.published import FILE
from providers.engines.terraform.schema import describe_kind, name_type
from providers.kinds import MODULES, load_handler
from stacks import graph
from stacks.settings import TenantSettings

MODULE = Path(__file__).parents[5] / "terraform" / "modules" / "tenant"


def test_the_published_file_is_what_the_models_say() -> None:
    assert FILE.read_text(encoding="utf-8") == format_schemas(), "python -m providers.engines.terraform.messages"


def test_the_registrys_pages_are_what_the_models_say() -> None:
    written = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.md")}
    assert written == make_documents(), "python -m providers.engines.terraform.documents"


@pytest.mark.parametrize("kind", MODULES)
def test_every_field_of_a_kind_is_an_attribute_with_a_description(kind: str) -> None:
    handler, described = load_handler(kind), describe_kind(kind)
    fields = {row.name for row in describe_fields(handler.args, handler.observed, handler.state)}
    assert set(described.attributes) == fields | {"id", "lost"}
    assert [name for name, attribute in described.attributes.items() if not attribute.description] == []


def test_no_private_half_is_an_attribute_that_a_state_keeps_but_a_keys_own() -> None:
    schemas = make_schemas().resource_schemas
    kept = [
        f"{name}.{one.name}"
        for name, schema in schemas.items()
        for one in schema.block.attributes
        if one.sensitive and not one.write_only
    ]
    assert kept == ["umbrellapsa_api_key.private_key"]
    [private] = [one for one in schemas["umbrellapsa_api_key"].block.attributes if one.name == "private_key"]
    # One that could be given is null in a generated configuration, and that takes the live one away.
    assert (private.computed, private.optional) == (True, False)


def test_levels_are_a_map_of_maps_and_a_tenants_plan_is_in_no_state() -> None:
    attributes = {
        one.name: one for one in make_schemas().resource_schemas["umbrellapsa_security_role"].block.attributes
    }
    assert attributes["plan"].write_only
    assert describe_kind("PermissionSet").attributes["permissions"].type == ["map", ["map", "string"]]
    assert name_type("PsaIntegration") == "umbrellapsa_psa_integration"


def test_a_tenants_keys_are_its_own_under_every_engine() -> None:
    assert KEY == graph.KEY


def read_default(name: str) -> Any:
    """A variable's default in the module, which is written in JSON's subset of HCL, or nearly."""
    text = (MODULE / "variables.tf").read_text(encoding="utf-8")
    block = re.search(rf'variable "{name}" {{.*?\n  default\s*= (.*?)\n(?:}}|\n  validation)', text, re.DOTALL)
    assert block, name
    value = re.sub(r"(\w+)\s*=", r'"\1":', re.sub(r'("[^"]*")\s*=', r"\1:", block[1]))
    value = re.sub(r"}\n(\s*\")", r"},\n\1", value)
    return json.loads(value)


def test_the_modules_defaults_are_the_settings() -> None:
    defaults = {name: info.get_default(call_default_factory=True) for name, info in TenantSettings.model_fields.items()}
    for name in ("member_email", "member_defaults", "rotate", "max_age_days", "adopt", "integration", "sink"):
        assert read_default(name) == defaults[name], name
    # Those of the integration, which tests/unit/stacks/presets/test_terraform_module.py compares.
    for name in ("role_name", "member_id", "member_name", "key_description", "permissions", "table_access"):
        assert read_default(name) is None, name
