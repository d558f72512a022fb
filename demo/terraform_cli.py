"""The real `terraform` or `tofu`, in a folder as a user has it, with a state and a mirror only for the demo."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from demo.pulumi_cli import ROOT, Outcome
from providers.core.configuration import to_environment_name
from simulator.remote import Company
from toolchain.terraform import EngineCommand

DEADLINE = 300
_RESULT = re.compile(r"^(No changes\.|Plan: |Apply complete!|Destroy complete!|Terraform has been|OpenTofu has been)")


def install_provider(mirror: Path) -> Path:
    """Write a filesystem mirror as a user does; the engine's configuration file for it."""
    command = [sys.executable, "-m", "stacks", "terraform", "install", "--mirror", str(mirror)]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the demo expected a mirror of the provider:\n{done.stdout}{done.stderr}")
    return mirror / "cli.tfrc"


@dataclass
class DemoTerraform:
    """Runs the engine for one tenant; secrets are in its environment, and in no file."""

    engine: EngineCommand
    name: str
    folder: Path
    cli_configuration: Path
    company: Company
    settings: dict[str, str] = field(default_factory=dict)
    """Further settings, secret ones too, for the environment."""

    def write_configuration(self, **variables: str) -> list[str]:
        """Copy the example and the module, and write the variables' file; its lines."""
        shutil.copytree(ROOT / "terraform", self.folder.parents[1], dirs_exist_ok=True)
        blocks: dict[str, dict[str, str]] = {}
        for key, value in self.company.settings().items():
            block, _, name = key.partition(":")
            blocks.setdefault(block, {})[re.sub("[A-Z]", lambda big: f"_{big[0].lower()}", name)] = value
        text = json.dumps({"tenant": self.name, **variables, **blocks}, indent=2)
        (self.folder / "terraform.tfvars.json").write_text(f"{text}\n", encoding="utf-8")
        return text.splitlines()

    def make_environment(self) -> dict[str, str]:
        """What a command runs with: the tenant's secrets, and nothing of this process's own settings."""
        ours = {key: value for key, value in os.environ.items() if not key.startswith(("UMBRELLA_PSA_", "TF_"))}
        secrets = {to_environment_name(key): value for key, value in (self.company.secrets() | self.settings).items()}
        about = {"TF_CLI_CONFIG_FILE": str(self.cli_configuration), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
        return ours | secrets | about

    def run(self, *arguments: str, expect: int = 0) -> Outcome:
        """Run a command. An exit code that is not expected ends the demo."""
        started = time.monotonic()
        done = subprocess.run(
            [*self.engine.command, *arguments, "-no-color"],
            cwd=self.folder,
            env=self.make_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
        )
        if done.returncode != expect:
            raise SystemExit(
                f"the demo expected exit code {expect} from `{self.engine.name} {arguments[0]}` and got "
                f"{done.returncode}:\n{done.stdout}{done.stderr}"
            )
        return Outcome(done.returncode, done.stdout + done.stderr, time.monotonic() - started)


def list_results(outcome: Outcome) -> list[str]:
    """The lines that say how a run ended."""
    return [f"    {line}" for line in outcome.text.splitlines() if _RESULT.match(line)]


def list_warnings(outcome: Outcome) -> list[str]:
    """The warnings' sentences; the engine breaks them into lines of its own."""
    paragraphs = re.findall(r"^Warning: (.+?)\n\n", outcome.text, re.MULTILINE | re.DOTALL)
    return [f"    {' '.join(paragraph.split())}" for paragraph in paragraphs]
