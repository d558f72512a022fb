"""The registry's documents: a page per resource, from the same models as its schema and from `terraform/examples`.

`python -m providers.engines.terraform.documents` writes `terraform/docs`; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from providers.engines.terraform.configuration import BLOCKS, list_attributes, list_own_attributes
from providers.engines.terraform.ephemeral import PAIR, PAIR_TYPE
from providers.engines.terraform.identity import find_owner
from providers.engines.terraform.imports import list_importable
from providers.engines.terraform.schema import Attribute, Kind, describe_kind
from providers.kinds import MODULES

FOLDER = Path(__file__).parents[3] / "terraform" / "docs"
EXAMPLES = FOLDER.parent / "examples"
_PREFIX = "umbrellapsa_"

_INDEX = """\
One tenant: one ConnectWise company and one Umbrella console, or another integration (`integration`, `sink`). The
settings are those of `docs/settings.md` in snake_case; each may also come from the environment
(`UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY`), which wins. Give secrets as ephemeral variables or in the environment: neither
is in a state or a saved plan.
"""


def make_documents() -> dict[str, str]:
    """Make all pages, by their paths below `terraform/docs`."""
    pages = {"index.md": _make_index()}
    for kind in MODULES:
        described = describe_kind(kind)
        pages[f"resources/{described.type_name.removeprefix(_PREFIX)}.md"] = _make_page(described)
    pages[f"ephemeral-resources/{PAIR_TYPE.removeprefix(_PREFIX)}.md"] = _join(
        f"# {PAIR_TYPE} (ephemeral)\n\nThe pair of the current key, read from the vault for the length of one run.\n",
        _show_example(f"ephemeral-resources/{PAIR_TYPE}/ephemeral-resource.tf"),
        *_list_groups(PAIR),
    )
    return pages


def _make_index() -> str:
    blocks = [f"## Block `{name}`\n\n{_list(list_attributes(name))}" for name in BLOCKS]
    example = _show_example("provider/provider.tf")
    own = _list(list_own_attributes())
    return _join("# Provider umbrellapsa\n", _INDEX, example, f"## Arguments\n\n{own}", *blocks)


def _make_page(kind: Kind) -> str:
    told = ", ".join(f"`{name}`" for name in list_importable(kind))
    folder, owner = f"resources/{kind.type_name}", find_owner(kind.attributes)
    importing = (
        f"## Import\n\n{_quote(f'{folder}/import.sh', 'shell')}\n"
        "By the object's id; what else is known may follow as in a URL's query, "
        f'`id = "<id>?name=value&…"`: {told}.\n\n'
        f'From 1.12 on engines import by identity, too, `identity = {{ id = "<id>" }}`; `{owner}` may be told, and '
        "must then be the provider's.\n"
    )
    return _join(
        f"# {kind.type_name}\n\n{kind.description}\n",
        _show_example(f"{folder}/resource.tf"),
        *_list_groups(kind.attributes.values()),
        importing,
    )


def _show_example(path: str) -> str:
    return f"## Example Usage\n\n{_quote(path, 'terraform')}"


def _quote(path: str, language: str) -> str:
    return f"```{language}\n{(EXAMPLES / path).read_text(encoding='utf-8')}```\n"


def _list_groups(attributes: Iterable[Attribute]) -> Iterator[str]:
    groups: dict[str, list[Attribute]] = {"Required": [], "Optional": [], "Read only": []}
    for one in attributes:
        groups["Required" if one.required else "Optional" if one.optional else "Read only"].append(one)
    yield from (f"## {title}\n\n{_list(found)}" for title, found in groups.items() if found)


def _list(attributes: Iterable[Attribute]) -> str:
    return "".join(f"- `{one.name}` ({', '.join(_describe_type(one))}): {one.description}.\n" for one in attributes)


def _describe_type(attribute: Attribute) -> Iterator[str]:
    yield _spell(attribute.type)
    if attribute.sensitive:
        yield "sensitive"
    if attribute.write_only:
        yield "write-only"


def _spell(cty_type: object) -> str:
    if not isinstance(cty_type, list):
        return str(cty_type)
    return "object" if cty_type[0] == "object" else f"{cty_type[0]} of {_spell(cty_type[1])}"


def _join(*parts: str) -> str:
    return "\n".join(parts)


def write_documents() -> None:
    """Write them all."""
    for path, text in make_documents().items():
        file = FOLDER / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_documents()
