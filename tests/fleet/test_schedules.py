"""Scheduled runs: what the files in schedules/ name does what they say, and drift is told as drift, not as a fault."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import pytest

from tests.engine.workspace import Stack
from tests.fleet.fleet_folder import NAMES, FleetFolder
from tests.fleet.schedules import (
    SCHEDULES,
    Schedules,
    list_steps,
    read_crontab,
    read_unit,
    read_unit_environment,
    read_workflow,
    write_units_for,
)

SWEEP, ROTATE = "umbrella-psa-sweep.service", "umbrella-psa-rotate.service"


@pytest.fixture
def schedules(fleet: FleetFolder, tmp_path: Path) -> Schedules:
    """Each test begins with every tenant as wanted."""
    fleet.run("up", "--all")
    (tmp_path / "reports").mkdir()  # StateDirectory=
    return Schedules(fleet, tmp_path)


@pytest.fixture
def unreadable(fleet: FleetFolder) -> Iterator[None]:
    broken = fleet.workspace.project / "stacks" / "Pulumi.broken.yaml"
    broken.write_text("config: [\n", encoding="utf-8")
    yield
    broken.unlink()


def read_verdicts(file: Path) -> dict[str, str]:
    return {row["tenant"]: row["verdict"] for row in json.loads(file.read_text(encoding="utf-8"))["rows"]}


def test_a_night_without_drift_is_green_silent_and_leaves_its_reports(schedules: Schedules) -> None:
    reports = schedules.fleet.workspace.project / "reports"
    step = schedules.run_step("sweep", "sweep", "Sweep")
    assert (step.code, step.outputs) == (0, {"code": "0"})
    assert read_verdicts(reports / "sweep.json") == dict.fromkeys(NAMES, "clean")
    assert parse(reports / "sweep.xml").getroot().get("tests") == "4"
    assert "<html" in (reports / "sweep.html").read_text(encoding="utf-8")

    unit = schedules.run_unit(SWEEP)
    assert (unit.code, unit.text) == (0, "")
    assert read_verdicts(schedules.state / "reports" / "sweep.json") == dict.fromkeys(NAMES, "clean")
    assert parse(schedules.state / "reports" / "sweep.xml").getroot().get("failures") == "0"
    assert (schedules.state / "reports" / "sweep.html").exists()
    (schedules.state / "reports" / "sweep.html").unlink()
    cron = schedules.run_cron_line(0)
    assert (cron.code, cron.text) == (0, "")
    assert (schedules.state / "reports" / "sweep.html").exists()


def test_drift_is_told_as_drift_and_breaks_no_job(schedules: Schedules) -> None:
    schedules.fleet.company("bell").set_sink(enabled=False)
    step = schedules.run_step("sweep", "sweep", "Sweep")
    assert (step.code, step.outputs) == (0, {"code": "7"})
    assert "::warning title=Not as wanted::" in step.text
    assert read_verdicts(schedules.fleet.workspace.project / "reports" / "sweep.json")["bell"] == "drift"
    told = schedules.run_step("sweep", "as-wanted", "Tell")
    assert told.code == 7
    assert "::error title=Not as wanted::" in told.text

    unit = schedules.run_unit(SWEEP)
    assert str(unit.code) in read_unit(SWEEP)["Service"]["SuccessExitStatus"].split()
    assert unit.text.startswith("<4>not as wanted: ")  # systemd's mark of a warning
    cron = schedules.run_cron_line(0)
    assert cron.text.startswith("not as wanted: ")
    assert cron.text.count("\n") == 1


def test_a_tenant_that_cant_be_told_is_a_breakdown(schedules: Schedules, unreadable: None) -> None:
    step = schedules.run_step("sweep", "sweep", "Sweep")
    assert (step.code, step.outputs) == (1, {"code": "1"})
    assert read_verdicts(schedules.fleet.workspace.project / "reports" / "sweep.json")["broken"] == "failed"
    unit = schedules.run_unit(SWEEP)
    assert str(unit.code) not in read_unit(SWEEP)["Service"]["SuccessExitStatus"].split()
    assert unit.text == "<3>the sweep failed: 1\n"
    cron = schedules.run_cron_line(0)
    assert "can't be read as YAML" in cron.text
    assert cron.text.endswith("the sweep failed, see above\n")


def age_key(stack: Stack, minted_on: str) -> None:
    """Turn the recorded day of minting back, as time would."""
    state = json.loads(stack.run_pulumi("stack", "export", "-s", stack.name).text)
    for resource in state["deployment"]["resources"]:
        if resource["urn"].endswith("::key"):
            resource["inputs"]["minted_on"] = resource["outputs"]["minted_on"] = minted_on
    file = stack.workspace.project / "aged.json"
    file.write_text(json.dumps(state), encoding="utf-8")
    stack.run_pulumi("stack", "import", "-s", stack.name, "--file", str(file))


@pytest.mark.parametrize("by", ["workflow", "unit", "cron"])
def test_a_week_replaces_the_keys_that_are_old_and_no_others(schedules: Schedules, by: str) -> None:
    fleet = schedules.fleet
    before = {name: fleet.company(name).public_keys() for name in NAMES}
    files = {path: path.read_bytes() for path in (fleet.workspace.project / "stacks").glob("Pulumi.*.yaml")}
    age_key(fleet.stacks["core"], "2026-01-02")
    if by == "workflow":
        plan = schedules.run_step("rotate", "plan", "Plan")
        assert (plan.code, plan.outputs) == (0, {"code": "7"})
        assert "core: drift" in plan.text
        assert schedules.run_step("rotate", "rotate", "Rotate").code == 0
        again = schedules.run_step("rotate", "plan", "Plan")
        assert (again.code, again.outputs) == (0, {"code": "0"}), "so nobody is asked to approve"
    elif by == "unit":
        unit = schedules.run_unit(ROTATE)
        assert (unit.code, unit.text) == (0, "")
        assert read_verdicts(schedules.state / "reports" / "rotate.json") == dict.fromkeys(NAMES, "clean")
    else:
        assert schedules.run_cron_line(1).text == ""
    after = {name: fleet.company(name).public_keys() for name in NAMES}
    assert [name for name in NAMES if after[name] != before[name]] == ["core"]
    assert len(after["core"]) == 1
    assert fleet.company("core").sink()["publicKey"] == after["core"][0]
    # A clone that nobody commits to stays clean: `rotate` would write a generation into each file.
    assert {path: path.read_bytes() for path in files} == files


def test_the_units_signal_lets_the_tenant_at_work_end(schedules: Schedules) -> None:
    service = read_unit(ROTATE)["Service"]
    assert service["KillMode"] == "mixed"  # to our process alone
    fleet = schedules.fleet
    for name in NAMES:
        fleet.company(name).set_sink(enabled=False)
    holds = [fleet.company(name).hold("before", method="PUT", path="/psaIntegration$") for name in NAMES]
    running = subprocess.Popen(
        schedules.make_unit_command(ROTATE),
        cwd=fleet.workspace.project,
        env={**schedules.make_environment(), **read_unit_environment(ROTATE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while not any(hold.reached(1) for hold in holds):
        assert running.poll() is None
    running.send_signal(getattr(signal, service["KillSignal"]))
    for hold in holds:
        hold.release()
    text, _ = running.communicate(timeout=120)
    assert running.returncode == 8, text
    repaired = [name for name in NAMES if fleet.company(name).sink()["enabled"]]
    assert len(repaired) == 1, text


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze here")
    units = write_units_for(SCHEDULES.parent, tmp_path)
    assert len(units) == 4
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")
    for unit in (SWEEP, ROTATE):
        command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(tmp_path / unit)]
        exposed = subprocess.run(command, capture_output=True, text=True, check=False)
        assert exposed.returncode == 0, exposed.stdout[-300:]


def test_each_service_has_a_timer_an_end_and_a_user() -> None:
    for name in (SWEEP, ROTATE):
        service = read_unit(name)["Service"]
        assert service["User"] == "umbrella-psa"
        assert service["EnvironmentFile"] == "/etc/umbrella-psa/environment"
        assert {"TimeoutStartSec", "KillSignal", "ProtectSystem"} <= set(service)
        timer = read_unit(name.replace(".service", ".timer"))
        assert timer["Timer"]["OnCalendar"]
        assert timer["Install"]["WantedBy"] == "timers.target"
    assert [line[5] for line in read_crontab()] == ["umbrella-psa", "umbrella-psa"]
    assert all(len(line) == 7 and "%" not in line[6] for line in read_crontab()), "cron makes line breaks of %"


@pytest.mark.parametrize("name", ["sweep", "rotate"])
def test_a_workflow_has_the_least_rights_fixed_actions_and_secrets_in_one_step_each(name: str) -> None:
    workflow = read_workflow(name)
    assert workflow["permissions"] == {"contents": "read"}
    jobs: dict[str, dict[str, Any]] = workflow["jobs"]
    environments = {job: content.get("environment") for job, content in jobs.items()}
    asked = {
        "sweep": "umbrella-psa-sweep",
        "as-wanted": None,
        "plan": "umbrella-psa-sweep",
        "rotate": "umbrella-psa-rotate",
    }
    assert environments == {job: asked[job] for job in jobs}
    untried = set()
    for job, content in jobs.items():
        assert content["timeout-minutes"] > 0
        assert "env" not in content, "a secret there would be every step's"
        for step in list_steps(workflow, job):
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
                if step["uses"].startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] is False
            elif step["run"].startswith("python3 -m toolchain"):
                untried.add(step["run"])
            else:
                assert "${{" not in step["run"], "what GitHub puts in there, the shell would run"
    assert untried == {"python3 -m toolchain --deploy"}, "tests/unit/toolchain runs it"
    text = (SCHEDULES / "github-actions" / f"{name}.yml").read_text(encoding="utf-8")
    assert not re.findall(r"secrets\.(?!PULUMI_CONFIG_PASSPHRASE|AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY)\w+", text)
