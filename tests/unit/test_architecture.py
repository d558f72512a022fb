"""The arrows between the rooms, read from the syntax trees, and the sizes that keep a room small."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from providers.kinds import MODULES, load_handler

ROOT = Path(__file__).parents[2]
PRODUCT = ("providers", "stacks", "gateway")
VENDORS = ("connectwise", "umbrella", "vault")
MOST_LINES = 250
MOST_LINES_OF_A_FUNCTION = 60

# What a room of the product may import of the product, itself included.
ARROWS = {
    "providers.http": ("providers.http",),
    "providers.core": ("providers.core", "providers.http"),
    "providers.console": ("providers.console", "providers.core", "providers.http"),
    **{
        f"providers.{vendor}": (f"providers.{vendor}", "providers.console", "providers.core", "providers.http")
        for vendor in VENDORS
    },
    # Above the vendors: what knows several of them, and the door for engines.
    **{
        f"providers.{name}": ("providers",)
        for name in (
            "policy",
            "kinds",
            "connections",
            "key_registry",
            "mint_preconditions",
            "composition",
            "stated",
            "service",
        )
    },
    "providers.engines": (
        "providers.engines",
        "providers.service",
        "providers.stated",
        "providers.composition",
        "providers.policy",
        "providers.kinds",
        "providers.core",
    ),
    # Its provider's block is a tenant's settings, which live with what they configure; it needs no program of ours.
    "providers.engines.terraform": (
        "providers.engines.terraform",
        "providers.service",
        "providers.composition",
        "providers.policy",
        "providers.kinds",
        "providers.core",
        *(f"providers.{vendor}.connection" for vendor in VENDORS),
        "providers.vault.escrow",
    ),
    "stacks": ("stacks", "providers"),
    "gateway": ("gateway", "providers.console"),
    "simulator": ("simulator",),
}

# Who may know the engine (docs/architecture.md): its own room, and the program.
MAY_KNOW_PULUMI = ("providers/engines/pulumi/", "stacks/program.py", "stacks/tenant.py")

# Where a resource's provider lives is part of every state, so that it never moves.
PROVIDERS_ROOM = "providers.engines.pulumi.resources"


def list_files(*rooms: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for room in rooms for path in (ROOT / room).rglob("*.py"))


@cache
def parse_file(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def get_module(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def list_imports(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, wherever it stands; `from a import b` names `a.b`, too."""
    for node in ast.walk(parse_file(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively; name the room instead"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def get_room(path: Path) -> str:
    """The longest room that a file belongs to."""
    return max((room for room in ARROWS if is_within(get_module(path), room)), key=len, default="")


@pytest.mark.parametrize("path", list_files("providers", "stacks", "gateway", "simulator"), ids=str)
def test_a_room_imports_only_what_its_arrows_allow(path: Path) -> None:
    if path == Path("providers/__init__.py"):
        assert not [name for name in list_imports(path) if is_within(name, "providers")]
        return
    allowed = ARROWS[get_room(path)]
    ours = {name for name in list_imports(path) if name.split(".")[0] in (*PRODUCT, "simulator", "tests", "toolchain")}
    assert not [name for name in ours if not any(is_within(name, room) or is_within(room, name) for room in allowed)]
    # `from providers import connectwise` would slip through the line above; a package itself is never enough.
    assert not (ours & {"providers"}) or get_room(path) == "stacks"


def test_only_the_composition_root_knows_several_vendors() -> None:
    def known(path: Path) -> set[str]:
        return {
            vendor for vendor in VENDORS if any(is_within(name, f"providers.{vendor}") for name in list_imports(path))
        }

    composition = {"connections", "key_registry", "mint_preconditions", "composition", "service"}
    # The provider's block of Terraform names all settings.
    composition |= {"engines/terraform/configuration"}
    several = {str(path) for path in list_files("providers") if len(known(path)) > 1}
    assert several <= {f"providers/{name}.py" for name in composition}


def test_the_product_never_imports_the_simulator_the_tests_or_the_toolchain() -> None:
    strangers = ("simulator", "tests", "toolchain", "demo")
    found = {
        str(path) for path in list_files(*PRODUCT) for name in list_imports(path) if name.split(".")[0] in strangers
    }
    assert found == set()


def test_only_an_engines_room_and_the_program_know_the_engine() -> None:
    knowing = {str(path) for path in list_files(*PRODUCT) for name in list_imports(path) if is_within(name, "pulumi")}
    assert not {path for path in knowing if not path.startswith(MAY_KNOW_PULUMI)}
    # An engine's room is for its own program and processes: nothing else stands on it.
    users = {
        str(path)
        for path in list_files(*PRODUCT)
        for name in list_imports(path)
        if is_within(name, "providers.engines")
    }
    programs = ("stacks/program.py", "stacks/tenant.py", "stacks/fleet/warm_process.py")
    assert not {path for path in users if not path.startswith(("providers/engines/", *programs))}


def test_workflows_import_what_may_be_replayed_and_nothing_else() -> None:
    # A workflow is run again from its history, on any worker: what it imports must neither look nor act.
    ours = {"stacks.fleet.temporal.shared"}
    strangers = [
        name
        for name in list_imports(Path("stacks/fleet/temporal/workflows.py"))
        if name.split(".")[0] not in (*sys.stdlib_module_names, "temporalio")
        if not any(is_within(name, room) for room in ours)
    ]
    assert strangers == []


def test_only_the_room_of_the_runner_knows_temporal() -> None:
    knowing = {
        str(path) for path in list_files(*PRODUCT) for name in list_imports(path) if is_within(name, "temporalio")
    }
    # The verb names a type of it, for checkers only.
    assert not {path for path in knowing if not path.startswith("stacks/fleet/temporal/")} - {
        "stacks/commands/schedule.py"
    }


_BLOCKED = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("pulumi", "grpc"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
import providers.composition, providers.service, stacks.graph
import providers.engines.terraform.__main__, providers.engines.terraform.provider, providers.engines.terraform.transport
import providers.engines.terraform.resource, providers.engines.terraform.imports, providers.engines.terraform.messages
from providers.kinds import MODULES, load_handler
assert [load_handler(kind).__name__ for kind in MODULES] == [f"{kind}Handler" for kind in MODULES]
"""


def test_handlers_service_composition_and_graph_live_without_an_engine() -> None:
    done = subprocess.run([sys.executable, "-c", _BLOCKED], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


VERBS = {"get", "head", "post", "put", "patch", "delete", "options", "request"}


def test_no_request_leaves_without_a_session_of_ours() -> None:
    # `requests.get(…)` has no deadline, no pool and no redaction; a vault's own library brings a session of its own.
    bare = {
        f"{path}:{node.lineno}"
        for path in list_files(*PRODUCT)
        for node in ast.walk(parse_file(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in VERBS
        if isinstance(node.func.value, ast.Name) and node.func.value.id in ("requests", "urllib3", "httpx")
    }
    assert bare == set()
    knowing = {str(path) for path in list_files(*PRODUCT) for name in list_imports(path) if is_within(name, "requests")}
    assert not [name for name in knowing if not name.startswith(("providers/http/", "providers/vault/"))]


@pytest.mark.parametrize("path", list_files("providers", "stacks", "gateway", "simulator"), ids=str)
def test_no_file_is_long_or_named_after_nothing(path: Path) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    assert not {"util", "utils", "helper", "helpers", "manager", "misc", "common"} & set(path.stem.split("_"))


@pytest.mark.parametrize("path", list_files("providers", "stacks", "gateway", "simulator"), ids=str)
def test_no_function_is_long(path: Path) -> None:
    functions = [
        node for node in ast.walk(parse_file(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths = {node.name: (node.end_lineno or node.lineno) - node.lineno + 1 for node in functions}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION} == {}


def test_the_program_is_a_dozen_lines_without_a_class_or_a_function() -> None:
    program = Path("__main__.py")
    assert len((ROOT / program).read_text(encoding="utf-8").splitlines()) <= 12
    assert not [
        node for node in ast.walk(parse_file(program)) if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.Lambda)
    ]


@pytest.mark.parametrize("kind", MODULES)
def test_a_provider_stays_where_every_state_looks_for_it_and_holds_nothing(kind: str) -> None:
    from pulumi.dynamic.dynamic import serialize_provider

    name = f"{kind}Provider"
    made = getattr(importlib.import_module(PROVIDERS_ROOM), name)()
    pickled = b64decode(str(serialize_provider(made)))
    assert PROVIDERS_ROOM.encode() in pickled
    assert name.encode() in pickled
    # A reference: the class's name, and nothing of the class.
    assert len(pickled) < len(PROVIDERS_ROOM) + len(name) + 30
    assert vars(made) == {}


def test_every_provider_is_declared_in_the_pinned_room() -> None:
    found = [
        (get_module(path), node.name)
        for path in list_files("providers")
        for node in ast.walk(parse_file(path))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(b, ast.Name) and b.id == "DynamicProvider" for b in node.bases)
    ]
    assert sorted(found) == sorted((PROVIDERS_ROOM, f"{kind}Provider") for kind in MODULES)


def test_no_provider_class_stands_where_it_would_be_pickled_by_value() -> None:
    for path in (Path("__main__.py"), *list_files("stacks")):
        bases = [
            ast.unparse(base)
            for node in ast.walk(parse_file(path))
            if isinstance(node, ast.ClassDef)
            for base in node.bases
        ]
        assert not [base for base in bases if base.endswith("Provider")], path


def test_arguments_have_no_validators_that_a_preview_would_lose() -> None:
    # A preview validates a model without its unknown fields; what stands in a decorator is not carried over.
    for kind in MODULES:
        args = load_handler(kind).args
        args.model_rebuild()
        decorators = args.__pydantic_decorators__
        assert not decorators.field_validators | decorators.model_validators | decorators.validators, kind


def test_nothing_swallows_every_exception() -> None:
    for path in list_files(*PRODUCT):
        for node in ast.walk(parse_file(path)):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"{path}:{node.lineno} catches everything"
                assert not (ast.unparse(node.type) == "Exception" and isinstance(node.body[0], ast.Pass)), path


def test_every_file_says_what_it_is() -> None:
    assert not [str(path) for path in list_files(*PRODUCT) if not ast.get_docstring(parse_file(path))]
