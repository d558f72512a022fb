"""What the files in schedules/ name, run as GitHub's runner, systemd and cron run it, in a test's project."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from configparser import RawConfigParser
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.engine.workspace import ROOT
from tests.fleet.fleet_folder import FleetFolder

SCHEDULES = ROOT / "schedules"
INSTALLED, STATE = "/opt/umbrella-psa", "/var/lib/umbrella-psa"


def read_workflow(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((SCHEDULES / "github-actions" / f"{name}.yml").read_text(encoding="utf-8"))
    return found


def list_steps(workflow: dict[str, Any], job: str) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = workflow["jobs"][job]["steps"]
    return steps


def read_unit(name: str, kind: str = "systemd") -> RawConfigParser:
    """A unit of a folder in schedules/; of a key that stands there twice the last counts."""
    parser = RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(SCHEDULES / kind / name, encoding="utf-8")
    return parser


def read_crontab() -> list[list[str]]:
    """The five fields of its time, its user and its command, of each line."""
    text = (SCHEDULES / "cron" / "umbrella-psa").read_text(encoding="utf-8")
    return [line.split(None, 6) for line in text.splitlines() if line[:1].isdigit()]


@dataclass
class Outcome:
    """What became of a command. `outputs`: a step's, as the runner reads them."""

    code: int
    text: str
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass
class Schedules:
    """Runs them. `state` stands for /var/lib/umbrella-psa."""

    fleet: FleetFolder
    state: Path

    def run_step(self, workflow: str, job: str, step: str) -> Outcome:
        """Run a workflow's step, in the shell that it names."""
        content = read_workflow(workflow)
        (found,) = [one for one in list_steps(content, job) if one.get("name") == step]
        assert content["defaults"]["run"]["shell"] == "bash"
        script, outputs = self.state / "step.sh", self.state / "outputs"
        script.write_text(found["run"], encoding="utf-8")
        outputs.write_text("", encoding="utf-8")
        given = {**content.get("env", {}), "GITHUB_OUTPUT": str(outputs)}
        # As the runner calls it.
        done = self._run(["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)], given)
        lines = (line.partition("=") for line in outputs.read_text(encoding="utf-8").splitlines())
        return Outcome(done.code, done.text, {key: value for key, _, value in lines})

    def run_unit(self, name: str) -> Outcome:
        """Run a service's command, and then what it does after it stopped, told how it ended; both outputs."""
        unit = read_unit(name)
        done = self._run(self.make_unit_command(name), read_unit_environment(name))
        after = shlex.split(self._map(unit["Service"]["ExecStopPost"]).replace("$$", "$"))
        told = self._run(after, {"EXIT_STATUS": str(done.code)})
        assert told.code == 0
        return Outcome(done.code, told.text)

    def make_unit_command(self, name: str) -> list[str]:
        return shlex.split(self._map(read_unit(name)["Service"]["ExecStart"]))

    def run_cron_line(self, number: int) -> Outcome:
        """Run a line of the crontab, by cron's shell and with next to no environment, as cron does."""
        environment = self.state / "environment"
        backend, secret = self.fleet.workspace.backend_url, self.state / "passphrase"
        secret.write_text(self.make_environment()["PULUMI_CONFIG_PASSPHRASE"] + "\n", encoding="utf-8")
        text = (SCHEDULES / "systemd" / "environment").read_text(encoding="utf-8")
        text = re.sub(r"(?<=PULUMI_BACKEND_URL=).*", backend, text)
        environment.write_text(text.replace("/etc/umbrella-psa/passphrase", str(secret)), encoding="utf-8")
        command = self._map(read_crontab()[number][6]).replace("/etc/umbrella-psa/environment", str(environment))
        whole = self.make_environment()
        bare = {key: whole[key] for key in ("PYTHONPATH", "TMPDIR", "PULUMI_HOME")}
        return self._finish(["/bin/sh", "-c", command], {**bare, "PATH": "/usr/bin:/bin", "HOME": str(self.state)})

    def make_environment(self) -> dict[str, str]:
        """The workspace's, with the code of this clone: the installed command may be another's."""
        return {**self.fleet.workspace.make_environment(), "PYTHONPATH": str(self.fleet.workspace.project)}

    def _map(self, command: str) -> str:
        return command.replace(INSTALLED, str(self.fleet.workspace.project)).replace(STATE, str(self.state))

    def _run(self, command: list[str], environment: dict[str, str]) -> Outcome:
        return self._finish(command, {**self.make_environment(), **environment})

    def _finish(self, command: list[str], environment: dict[str, str]) -> Outcome:
        done = subprocess.run(
            command,
            cwd=self.fleet.workspace.project,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
            check=False,
        )
        for stack in self.fleet.stacks.values():
            stack.seen.append(done.stdout)
        assert "Traceback" not in done.stdout
        return Outcome(done.returncode, done.stdout)


def read_unit_environment(name: str) -> dict[str, str]:
    """What the unit itself sets, but for its home."""
    lines = (SCHEDULES / "systemd" / name).read_text(encoding="utf-8").splitlines()
    given = (line.removeprefix("Environment=").partition("=") for line in lines if line.startswith("Environment="))
    return {key: value for key, _, value in given if key != "HOME"}


def write_units_for(project: Path, folder: Path, kind: str = "systemd") -> list[str]:
    """Copies of the units that name this project, for whoever checks that their commands are there."""
    units = [unit for unit in (SCHEDULES / kind).iterdir() if unit.suffix in (".service", ".timer")]
    for unit in units:
        text = unit.read_text(encoding="utf-8").replace(INSTALLED, str(project))
        (folder / unit.name).write_text(text, encoding="utf-8")
    return sorted(os.fspath(folder / unit.name) for unit in units)
