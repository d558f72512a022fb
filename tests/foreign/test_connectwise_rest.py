"""connectwise-rest, from npm, reads and writes through the simulator. It asks for version 2021.1 and `v4_6_release`."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.remote import Company
from simulator.services.connectwise.catalogue import FUNCTIONS
from tests.foreign.tls import Tunnel
from toolchain.node import NodeTools

SCRIPT = Path(__file__).with_name("connectwise_rest.cjs")


@pytest.fixture
def run_story(tools: NodeTools, tls: Tunnel, site: Company) -> Callable[[str], Any]:
    """Run a story of the script; return what it printed."""
    environment = {
        **os.environ,
        "NODE_PATH": str(tools.modules / "node_modules"),
        "NODE_EXTRA_CA_CERTS": str(tls.certificate),
        "NO_PROXY": "127.0.0.1",
    }
    options = {name: site.credentials[name] for name in ("companyId", "publicKey", "privateKey", "clientId")}

    def run(story: str) -> Any:
        done = subprocess.run(
            [tools.node, str(SCRIPT)],
            env=environment,
            input=json.dumps({**options, "companyUrl": tls.host, "story": story}),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_it_makes_finds_and_deletes_a_role(run_story: Callable[[str], Any]) -> None:
    output = run_story("role")
    assert output["found"] == [output["made"]]
    assert (output["made"]["name"], output["left"]) == ("From npm", [])


def test_it_follows_the_pages(run_story: Callable[[str], Any], site: Company) -> None:
    output = run_story("pages")
    assert output == {"ids": sorted(role["id"] for role in site.ask("GET", "")["roles"]), "levels": len(FUNCTIONS)}


def test_it_makes_and_changes_an_api_member(run_story: Callable[[str], Any], site: Company) -> None:
    output = run_story("member")
    assert output["made"]["securityRole"]["id"] == output["role"]
    assert (output["changed"]["name"], output["changed"]["inactiveFlag"]) == ("Renamed", True)
    held = site.member("FromNpm")
    assert (held["name"], held["inactiveFlag"], held["roleId"]) == ("Renamed", True, output["role"])


def test_it_understands_the_refusals(run_story: Callable[[str], Any]) -> None:
    exists, too_many, none = run_story("refused")
    assert (exists["status"], exists["code"], exists["errors"][0]["code"]) == (400, "InvalidObject", "ObjectExists")
    assert (too_many["status"], too_many["errors"][0]["code"]) == (400, "OutOfRange")
    assert (none["status"], none["code"]) == (404, "NotFound")
