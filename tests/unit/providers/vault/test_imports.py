"""A tenant without a vault pays for none, and a kind pays for no other."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.unit.toolchain.machine import ROOT

VENDORS = ("hvac", "boto3", "botocore", "azure", "pyrage", "requests", "importlib.metadata")


def list_loaded(program: str) -> set[str]:
    """Which vendors' packages a process has loaded after this."""
    shown = f"import sys; before = set(sys.modules); {program}; print(*(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", shown], cwd=ROOT, capture_output=True, text=True, check=True)
    names = done.stdout.split()
    return {vendor for vendor in VENDORS if any(name == vendor or name.startswith(f"{vendor}.") for name in names)}


def test_without_a_vault_nothing_is_loaded_but_its_settings() -> None:
    program = "from providers.vault.connection import VaultSettings, get_reference; get_reference(VaultSettings())"
    shown = f"import sys; {program}; print(*(name for name in sys.modules if name.startswith('providers.vault.')))"
    done = subprocess.run([sys.executable, "-c", shown], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["providers.vault.connection"]


_PROGRAM = """
import sys
import stacks.program
from tests.unit.stacks.configuration import read_settings
from tests.unit.stacks.declaring import declare, register_resources
with register_resources("acme"):
    declare(lambda: stacks.program.UmbrellaTenant(read_settings({settings})).outputs)
print(*sys.modules)
"""


@pytest.mark.parametrize(
    ("settings", "room"),
    [({}, ["providers.vault", "providers.vault.connection"]), ({"vault:url": "vault://secret/a"}, None)],
    ids=["without a vault", "with one"],
)
def test_a_tenants_whole_program_loads_no_library_and_without_a_vault_its_settings_only(
    settings: dict[str, str], room: list[str] | None
) -> None:
    program = _PROGRAM.format(settings=settings)
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    names = done.stdout.split()
    assert [name for name in names if name.split(".")[0] in ("hvac", "boto3", "botocore", "azure", "pyrage")] == []
    ours = sorted(name for name in names if name.startswith("providers.vault"))
    assert ours == room or (room is None and "providers.vault.secret" in ours)


def test_settings_load_no_library() -> None:
    program = "from providers.vault.connection import VaultSettings; VaultSettings(url='vault://secret/a')"
    assert list_loaded(program) - {"importlib.metadata"} == set()


@pytest.mark.parametrize(
    ("url", "needed"),
    [
        ("vault://secret/a", {"hvac", "requests"}),
        ("awssm://a", {"boto3", "botocore"}),
        ("azurekv://msp/a", {"azure", "requests"}),
        (f"age:///srv/a?recipient=age1{'q' * 58}", {"pyrage"}),
    ],
)
def test_a_kind_loads_its_own_library_only(url: str, needed: set[str]) -> None:
    found = list_loaded(f"from importlib import import_module; from providers.vault.kinds import KINDS, parse_scheme; "
                   f"import_module(KINDS[parse_scheme({url!r})].module)")  # fmt: skip
    assert found - {"importlib.metadata", "requests"} == needed - {"requests"}
