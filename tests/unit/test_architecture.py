"""The arrows between the rooms, read from the syntax trees, and the sizes that keep a room small."""

from __future__ import annotations

import ast
import importlib
from base64 import b64decode
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("providers", "stacks", "gateway")
VENDORS = ("connectwise", "umbrella", "vault")
MOST_LINES = 250

# What a room of the product may import of the product, itself included.
ARROWS = {
    "providers.http": ("providers.http",),
    "providers.core": ("providers.core", "providers.http"),
    "providers.console": ("providers.console", "providers.core", "providers.http"),
    **{
        f"providers.{vendor}": (f"providers.{vendor}", "providers.console", "providers.core", "providers.http")
        for vendor in VENDORS
    },
    "providers.wiring": ("providers",),
    "stacks": ("stacks", "providers"),
    "gateway": ("gateway", "providers.console"),
    "simulator": ("simulator",),
}

# Who may know the engine (docs/architecture.md): the adapter, and what the program declares.
MAY_KNOW_PULUMI = {
    *(f"providers/core/{name}.py" for name in ("engine", "resource")),
    *(
        f"providers/connectwise/{name}.py"
        for name in ("access_proof", "api_key", "api_member", "key_retirement", "permission_set", "security_role")
    ),
    "providers/umbrella/psa_integration.py",
    "providers/vault/secret.py",
    "stacks/program.py",
    "stacks/tenant.py",
}

# Where a resource's provider lives is part of every state: a path never moves without a shim left behind.
PROVIDERS = {
    "providers.connectwise.security_role": "SecurityRoleProvider",
    "providers.connectwise.permission_set": "PermissionSetProvider",
    "providers.connectwise.api_member": "ApiMemberProvider",
    "providers.connectwise.api_key": "ApiKeyProvider",
    "providers.connectwise.access_proof": "AccessProofProvider",
    "providers.connectwise.key_retirement": "KeyRetirementProvider",
    "providers.umbrella.psa_integration": "PsaIntegrationProvider",
    "providers.vault.secret": "VaultSecretProvider",
}


def files(*rooms: str) -> list[Path]:
    return sorted(path.relative_to(ROOT) for room in rooms for path in (ROOT / room).rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def module_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, wherever it stands; `from a import b` names `a.b`, too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively; name the room instead"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def room_of(path: Path) -> str:
    """The longest room that a file belongs to."""
    return max((room for room in ARROWS if within(module_of(path), room)), key=len, default="")


@pytest.mark.parametrize("path", files("providers", "stacks", "gateway", "simulator"), ids=str)
def test_a_room_imports_only_what_its_arrows_allow(path: Path) -> None:
    if path == Path("providers/__init__.py"):
        assert not [name for name in imports(path) if within(name, "providers")]
        return
    allowed = ARROWS[room_of(path)]
    ours = {name for name in imports(path) if name.split(".")[0] in (*PRODUCT, "simulator", "tests", "toolchain")}
    assert not [name for name in ours if not any(within(name, room) or within(room, name) for room in allowed)]
    # `from providers import connectwise` would slip through the line above; a package itself is never enough.
    assert not (ours & {"providers"}) or room_of(path) == "stacks"


def test_only_the_composition_root_knows_several_vendors() -> None:
    def known(path: Path) -> set[str]:
        return {vendor for vendor in VENDORS if any(within(name, f"providers.{vendor}") for name in imports(path))}

    assert {str(path) for path in files("providers") if len(known(path)) > 1} <= {"providers/wiring.py"}


def test_the_product_never_imports_the_simulator_the_tests_or_the_toolchain() -> None:
    strangers = ("simulator", "tests", "toolchain", "demo")
    found = {str(path) for path in files(*PRODUCT) for name in imports(path) if name.split(".")[0] in strangers}
    assert found == set()


def test_only_the_adapter_and_the_declarations_know_the_engine() -> None:
    knowing = {str(path) for path in files(*PRODUCT) for name in imports(path) if within(name, "pulumi")}
    assert knowing <= MAY_KNOW_PULUMI


def test_a_resource_file_uses_pulumi_for_its_declared_outputs_only() -> None:
    for path in files(*(f"providers/{vendor}" for vendor in VENDORS)):
        used = {
            node.attr
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "pulumi"
        }
        assert used <= {"Output"}, path


VERBS = {"get", "head", "post", "put", "patch", "delete", "options", "request"}


def test_no_request_leaves_without_a_session_of_ours() -> None:
    # `requests.get(…)` has no deadline, no pool and no redaction; a vault's own library brings a session of its own.
    bare = {
        f"{path}:{node.lineno}"
        for path in files(*PRODUCT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in VERBS
        if isinstance(node.func.value, ast.Name) and node.func.value.id in ("requests", "urllib3", "httpx")
    }
    assert bare == set()
    knowing = {str(path) for path in files(*PRODUCT) for name in imports(path) if within(name, "requests")}
    assert not [name for name in knowing if not name.startswith(("providers/http/", "providers/vault/"))]


@pytest.mark.parametrize("path", files("providers", "stacks", "gateway", "simulator"), ids=str)
def test_no_file_is_long_or_named_after_nothing(path: Path) -> None:
    assert len((ROOT / path).read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    assert not {"util", "utils", "helper", "helpers", "manager", "misc", "common"} & set(path.stem.split("_"))


def test_the_program_is_a_dozen_lines_without_a_class_or_a_function() -> None:
    program = Path("__main__.py")
    assert len((ROOT / program).read_text(encoding="utf-8").splitlines()) <= 12
    assert not [
        node for node in ast.walk(tree(program)) if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.Lambda)
    ]


@pytest.mark.parametrize(("module", "name"), PROVIDERS.items())
def test_a_provider_stays_where_every_state_looks_for_it_and_holds_nothing(module: str, name: str) -> None:
    from pulumi.dynamic.dynamic import serialize_provider

    made = getattr(importlib.import_module(module), name)()
    pickled = b64decode(str(serialize_provider(made)))
    assert module.encode() in pickled
    assert name.encode() in pickled
    # A reference: the class's name, and nothing of the class.
    assert len(pickled) < len(module) + len(name) + 30
    assert vars(made) == {}


def test_no_other_provider_is_declared_than_those_whose_paths_are_pinned() -> None:
    found = {
        module_of(path): node.name
        for path in files("providers")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(b, ast.Name) and b.id == "DynamicProvider" for b in node.bases)
    }
    assert found == PROVIDERS


def test_no_provider_class_stands_where_it_would_be_pickled_by_value() -> None:
    for path in (Path("__main__.py"), *files("stacks")):
        bases = [
            ast.unparse(base) for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef) for base in node.bases
        ]
        assert not [base for base in bases if "Provider" in base], path


def test_arguments_have_no_validators_that_a_preview_would_lose() -> None:
    # A preview validates a model without its unknown fields; what stands in a decorator is not carried over.
    for module, name in PROVIDERS.items():
        args = getattr(importlib.import_module(module), name).kind.args
        args.model_rebuild()
        decorators = args.__pydantic_decorators__
        assert not decorators.field_validators | decorators.model_validators | decorators.validators, module


def test_nothing_swallows_every_exception() -> None:
    for path in files(*PRODUCT):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"{path}:{node.lineno} catches everything"
                assert not (ast.unparse(node.type) == "Exception" and isinstance(node.body[0], ast.Pass)), path


def test_every_file_says_what_it_is() -> None:
    assert not [str(path) for path in files(*PRODUCT) if not ast.get_docstring(tree(path))]
