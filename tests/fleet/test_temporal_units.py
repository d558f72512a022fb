"""The units of schedules/temporal: what systemd says of them, and that they say the same as the docs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.engine.workspace import ROOT
from tests.fleet.schedules import SCHEDULES, read_unit, write_units_for

WORKER, SERVER = "umbrella-psa-worker.service", "temporal.service"
PAGE = (ROOT / "docs" / "fleet.md").read_text(encoding="utf-8")


def read_variables() -> dict[str, str]:
    lines = (SCHEDULES / "temporal" / "worker").read_text(encoding="utf-8").splitlines()
    given = (line.partition("=") for line in lines if not line.startswith("#"))
    return {name: value for name, _, value in given}


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze here")
    units = write_units_for(ROOT, tmp_path, "temporal")
    assert [Path(unit).name for unit in units] == [SERVER, WORKER]
    server = tmp_path / SERVER
    there = shutil.which("true")
    server.write_text(server.read_text(encoding="utf-8").replace("/opt/temporal/temporal-server", str(there)))
    command = ["systemd-analyze", "verify", "--man=no", *units]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    for unit in units:
        command = ["systemd-analyze", "security", "--offline=true", "--threshold=21", unit]
        exposed = subprocess.run(command, capture_output=True, text=True, check=False)
        assert exposed.returncode == 0, exposed.stdout[-300:]


def test_a_worker_is_stopped_as_gently_as_it_allows_and_started_again_whatever_happens() -> None:
    service = read_unit(WORKER, "temporal")["Service"]
    assert service["ExecStart"].endswith("/umbrella-psa worker --jobs 2")
    assert (service["KillSignal"], service["KillMode"]) == ("SIGTERM", "mixed")
    assert service["TimeoutStopSec"] == "35min", "longer than --deadline, which is half an hour"
    assert (service["Restart"], service["User"]) == ("always", "umbrella-psa")
    assert service["EnvironmentFile"] == "/etc/umbrella-psa/worker"


def test_a_workers_environment_is_what_the_page_says_and_holds_no_secret() -> None:
    variables = read_variables()
    assert [name for name in variables if name.startswith(("UMBRELLA", "PG")) and f"`{name}`" not in PAGE] == []
    for name in ("UMBRELLA_PSA_REQUEST_BUDGET_URL", "PULUMI_BACKEND_URL"):
        assert "sslmode=verify-full&sslrootcert=/" in variables[name]
        assert ":" not in variables[name].partition("://")[2].partition("@")[0], "a password belongs into PGPASSFILE"


def test_the_server_lets_nobody_in_without_a_certificate_and_knows_whom_it_asks() -> None:
    text = (SCHEDULES / "temporal" / "server.yaml").read_text(encoding="utf-8")
    config: dict[str, Any] = yaml.safe_load(text)
    for listener in ("frontend", "internode"):
        assert config["global"]["tls"][listener]["server"]["requireClientAuth"] is True
    stores = config["persistence"]["datastores"]
    assert [stores[name]["sql"]["databaseName"] for name in ("history", "visibility")] == [
        "temporal",
        "temporal_visibility",
    ]
    for store in stores.values():
        assert store["sql"]["tls"]["enableHostVerification"] is True
        assert store["sql"]["password"] == '{{ env "TEMPORAL_DB_PASSWORD" }}'
