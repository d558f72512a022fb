"""Each resource's page shows its fields as the models declare them. `python -m tests.unit.test_resource_pages` rewrites
the tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from providers.connectwise.access_proof import AccessProofHandler
from providers.connectwise.api_key import ApiKeyHandler
from providers.connectwise.api_member import ApiMemberHandler
from providers.connectwise.key_retirement import KeyRetirementHandler
from providers.connectwise.permission_set import PermissionSetHandler
from providers.connectwise.security_role import SecurityRoleHandler
from providers.core.handler import Handler
from providers.core.schema import describe_fields
from providers.umbrella.psa_integration import PsaIntegrationHandler
from providers.vault.secret import VaultSecretHandler

HANDLERS: tuple[type[Handler[Any, Any]], ...] = (
    SecurityRoleHandler,
    PermissionSetHandler,
    ApiMemberHandler,
    ApiKeyHandler,
    VaultSecretHandler,
    AccessProofHandler,
    PsaIntegrationHandler,
    KeyRetirementHandler,
)
PAGES = Path(__file__).parents[2] / "docs" / "resources"
START, END = "<!-- fields: from the models, see tests/unit/test_resource_pages.py -->\n", "<!-- /fields -->\n"


def read_page(name: str) -> Path:
    """`ApiKeyHandler` → `api-key.md`."""
    words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name.removesuffix("Handler"))
    return PAGES / f"{words.lstrip('-')}.md"


def read_table(handler: type[Handler[Any, Any]]) -> str:
    """The fields of a resource as a Markdown table."""
    rows = ["| field | | meaning |", "| --- | --- | --- |"]
    for field in describe_fields(handler.args, handler.observed, handler.state):
        marks: list[str] = [] if field.kind in ("asked", "recorded") else [field.kind]
        computed = field.computed and field.kind != "observed"
        marks += ["computed"] if computed else []
        marks += [word for word in ("required", "sensitive", "replaces") if getattr(field, word)]
        rows.append(f"| `{field.name}` | {', '.join(marks)} | {field.description} |")
    return "\n".join(rows) + "\n"


def with_table(text: str, fields: str) -> str:
    """The page with its table replaced."""
    before, _, rest = text.partition(START)
    return before + START + fields + END + rest.partition(END)[2]


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: handler.__name__)
def test_the_page_of_a_resource_shows_its_fields_as_declared(handler: type[Handler[Any, Any]]) -> None:
    text = read_page(handler.__name__).read_text(encoding="utf-8")
    assert text == with_table(text, read_table(handler))


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda handler: handler.__name__)
def test_every_field_says_what_it_is(handler: type[Handler[Any, Any]]) -> None:
    fields = describe_fields(handler.args, handler.observed, handler.state)
    assert [field.name for field in fields if not field.description] == []


if __name__ == "__main__":
    for make_handler in HANDLERS:
        page = read_page(make_handler.__name__)
        page.write_text(with_table(page.read_text(encoding="utf-8"), read_table(make_handler)), encoding="utf-8")
