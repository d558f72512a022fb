"""What the engine keeps of our code: the path of a class, and nothing else."""

from __future__ import annotations

import json
import os
import pickle
import pickletools
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from tests.contract.driver import ROOT
from tests.contract.pinned import PROVIDERS

_SECRET = "hunter2hunter2"
_ROOM = "providers.engines.pulumi.resources"
_WRITE = f"""
import json, sys
from pulumi.dynamic.dynamic import serialize_provider
import {_ROOM} as room
bytes_of = {{}}
for kind in json.loads(sys.argv[1]):
    provider = getattr(room, kind + "Provider")
    bytes_of[kind] = {{serialize_provider(provider()) for _ in range(int(sys.argv[2]))}}
print(json.dumps({{kind: sorted(all_of_it) for kind, all_of_it in bytes_of.items()}}))
"""


def read_written(folder: Path, hash_seed: str, times: int = 1) -> dict[str, list[str]]:
    """What a program in this folder writes for each class; all different forms of it, should there be several."""
    environment = {
        **os.environ,
        "PYTHONHASHSEED": hash_seed,
        "PYTHONPATH": str(ROOT),
        "PULUMI_CONFIG": json.dumps({"connectwise:privateKey": _SECRET}),
        "UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY": _SECRET,
    }
    command = [sys.executable, "-c", _WRITE, json.dumps([*PROVIDERS]), str(times)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, list[str]] = json.loads(done.stdout)
    return answer


def make_expected(kind: str) -> str:
    """Python 3.14 raised the pickle's protocol, which is the second byte; all the rest stays."""
    pinned = b64decode(PROVIDERS[kind])
    return b64encode(pinned[:1] + bytes([pickle.DEFAULT_PROTOCOL]) + pinned[2:]).decode()


@pytest.mark.parametrize("hash_seed", ["0", "1", "4242"])
def test_each_provider_is_written_with_its_pinned_bytes_in_any_process_and_folder(
    tmp_path: Path, hash_seed: str
) -> None:
    assert read_written(tmp_path, hash_seed) == {kind: [make_expected(kind)] for kind in PROVIDERS}


def test_a_thousand_resources_of_each_class_are_written_by_one_process() -> None:
    assert read_written(ROOT, "random", times=1000) == {kind: [make_expected(kind)] for kind in PROVIDERS}


@pytest.mark.parametrize("kind", PROVIDERS)
def test_a_provider_is_at_most_a_hundred_bytes_that_name_its_class_and_nothing_else(kind: str) -> None:
    pinned = b64decode(PROVIDERS[kind])
    words = [argument for _, argument, _ in pickletools.genops(pinned) if isinstance(argument, str)]
    assert len(pinned) <= 100
    assert words == [_ROOM, f"{kind}Provider"]
    assert _SECRET.encode() not in pinned
