"""A folder with a tenant's configuration, and an engine that is run in it: Terraform from its wheel, or OpenTofu."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

from pydantic.alias_generators import to_snake

from providers.core.configuration import to_environment_name
from simulator.remote import Company, RemoteSimulator
from stacks.terraform_mirror import write_mirror
from tests.engine.leaks import find_files_with, holds, make_needles
from tests.stories.stack import Verb
from tests.terraform.engines import Engine as Engine
from tests.terraform.engines import find_opentofu as find_opentofu

ROOT = Path(__file__).parents[2]
DEADLINE = 300  # seconds for one command; a `test` is a dozen in one

ADDRESSES = {
    "role": "security_role",
    "permissions": "permission_set",
    "member": "api_member",
    "key": "api_key",
    "vault": "vault_secret",
    "proof": "access_proof",
    "umbrella": "psa_integration",
    "retirement": "key_retirement",
}
"""The module's resources, by the names of the graph."""


def name_address(name: str) -> str:
    """A resource's address in the example."""
    return f"module.tenant.umbrellapsa_{ADDRESSES[name]}.this"


_VARIABLES = {
    "rotate": "rotate",
    "vault:url": "vault_url",
    "integration": "integration",
    "sink": "sink",
    "appliedKey": "applied_key",
}
"""The settings that are variables of the example, for the environment to set."""

_IN_OBJECTS = re.compile(
    "connectwise:(site|companyId|publicKey|driver|gatewayUrl)|umbrella:(console|consoleId|driver|gatewayUrl)"
)
"""Those that stand in its variables `connectwise` and `umbrella`."""


@dataclass(frozen=True)
class Run:
    """What a command printed, and how it ended."""

    code: int
    text: str

    def count(self, sentence: str) -> int:
        """How often it says this, however an engine breaks its lines."""
        return " ".join(self.text.split()).count(" ".join(sentence.split()))


@dataclass
class Workspace:
    """One tenant's configuration and state (`tests.stories.stack.TenantStack`)."""

    drifted: ClassVar[int] = 2
    without_refresh: ClassVar[tuple[str, ...]] = ("-refresh=false",)
    keep_going: ClassVar[tuple[str, ...]] = ()  # it always does what does not depend on what failed
    fresh: ClassVar[tuple[str, ...]] = ()  # nothing is recorded of a configuration
    renewal: ClassVar[str] = "update"
    held_beside_a_lost_key: ClassVar[str] = "{}"  # in the diff: what it should hold is not known yet (terraform.md)
    looks_before_creation: ClassVar[int] = 2

    engine: Engine
    folder: Path
    mirror: Path
    company: Company
    values: dict[str, Any]
    """What a user would write into terraform.tfvars."""
    variables: dict[str, str] = field(default_factory=dict)
    """Variables that come from the environment."""
    environment: dict[str, str] = field(default_factory=dict)
    """Settings that come from the environment; they win."""
    withheld: set[str] = field(default_factory=set)
    """Secrets of the company's that it is not given."""
    seen: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The folder with the example and the module."""
        return self.folder.parents[1]

    def make_environment(self) -> dict[str, str]:
        """The tenant's secrets as the provider reads them itself; nothing of this process's own settings."""
        given = {key: value for key, value in self.company.secrets().items() if key not in self.withheld}
        secrets = {to_environment_name(key): value for key, value in given.items()}
        ours = {key: value for key, value in os.environ.items() if not key.startswith(("UMBRELLA_PSA_", "TF_"))}
        variables = {f"TF_VAR_{name}": value for name, value in self.variables.items()}
        return (
            ours
            | secrets
            | variables
            | self.environment
            | {
                "TF_CLI_CONFIG_FILE": str(self.mirror / "cli.tfrc"),
                "TF_IN_AUTOMATION": "1",
                "CHECKPOINT_DISABLE": "1",
            }
        )

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Begin a command."""
        return subprocess.Popen(
            [*self.engine.command, *arguments],
            cwd=self.folder,
            env=self.make_environment() | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
        )

    def run(self, *arguments: str, expect: int | None = 0, **environment: str) -> Run:
        """Run a command to its end."""
        with self.start(*arguments, **environment) as process:
            text, _ = process.communicate(timeout=DEADLINE)
        self.seen.append(text)
        if expect is not None:
            assert process.returncode == expect, f"{arguments} exited {process.returncode}:\n{text}"
        return Run(process.returncode, text)

    def init(self) -> Run:
        return self.run("init", "-no-color")

    def up(self, *flags: str, expect: int | None = 0, **environment: str) -> Run:
        return self.run("apply", "-auto-approve", "-no-color", *flags, expect=expect, **environment)

    def preview(self, *flags: str, expect: int | None = 0, **environment: str) -> Run:
        return self.run("plan", "-detailed-exitcode", "-no-color", *flags, expect=expect, **environment)

    def destroy(self, *flags: str, expect: int | None = 0, **environment: str) -> Run:
        return self.run("destroy", "-auto-approve", "-no-color", *flags, expect=expect, **environment)

    def list_changed(self) -> dict[str, str]:
        """What a plan would do, by the names of the graph, unchanged ones left out."""
        saved = self.folder / "saved.plan"
        self.run("plan", "-no-color", f"-out={saved}")
        changes = json.loads(self.run("show", "-json", str(saved)).text)["resource_changes"]
        self.seen.pop()  # it shows what is sensitive, as it is asked to
        saved.unlink()
        names = {f"umbrellapsa_{resource}": name for name, resource in ADDRESSES.items()}
        done = {names[one["type"]]: one["change"]["actions"] for one in changes}
        return {
            name: "replace" if len(actions) > 1 else actions[0]
            for name, actions in done.items()
            if actions != ["no-op"]
        }

    def make_command(self, verb: Verb) -> list[str]:
        """The whole command, for a process of its own."""
        verbs = {"up": "apply", "destroy": "destroy"}
        return [*self.engine.command, verbs[verb], "-auto-approve", "-no-color"]

    def unlock(self) -> None:
        """Nothing: the lock of a local state goes with the process that has it."""

    def word(self, sentence: str) -> str:
        """The same with this engine's commands, of a sentence with Pulumi's."""
        return sentence.replace("pulumi up", f"{self.engine.name} apply")

    def set(self, setting: str, value: str) -> None:
        """Set it where a user would: a variable of the example, an argument of the module, or the environment."""
        if setting in _VARIABLES:
            self.variables[_VARIABLES[setting]] = value
        elif setting == "tenant":
            self._change_values({setting: value})
        elif _IN_OBJECTS.fullmatch(setting):
            namespace, _, name = setting.partition(":")
            self._change_values({namespace: self.values[namespace] | {to_snake(name): value}})
        elif ":" in setting:
            self.environment[to_environment_name(setting)] = value
        else:
            self._override(setting, json.loads(value) if value[:1] in "[{" else value)

    def set_secret(self, setting: str, value: str) -> None:
        """Set it in the environment, as the example says."""
        self.environment[to_environment_name(setting)] = value

    def unset(self, *settings: str) -> None:
        """Take settings away."""
        for setting in settings:
            self._unset(setting)

    def _unset(self, setting: str) -> None:
        if _IN_OBJECTS.fullmatch(setting):
            namespace, _, name = setting.partition(":")
            left = {key: value for key, value in self.values[namespace].items() if key != to_snake(name)}
            self._change_values({namespace: left})
        self.withheld.add(setting)
        self.variables.pop(_VARIABLES.get(setting, ""), None)
        self.environment.pop(to_environment_name(setting), None)

    def leave_umbrella_out(self) -> None:
        """As where the key is for something else."""
        del self.values["umbrella"]
        self._change_values({})

    def forget_settings(self) -> None:
        """Take away all that was set."""
        for settings in (self.variables, self.environment, self.withheld):
            settings.clear()
        (self.folder / "settings_override.tf.json").unlink(missing_ok=True)

    def set_for_a_run(self, setting: str, value: str) -> dict[str, str]:
        """The environment that sets it for one run."""
        if setting in _VARIABLES:
            return {f"TF_VAR_{_VARIABLES[setting]}": value}
        return {to_environment_name(setting): value}

    def _change_values(self, changed: dict[str, Any]) -> None:
        self.values |= changed
        (self.folder / "terraform.tfvars.json").write_text(json.dumps(self.values), encoding="utf-8")

    def _override(self, setting: str, value: Any) -> None:
        """Give the module an argument that the example leaves out; `allow` is the provider's."""
        file = self.folder / "settings_override.tf.json"
        written: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        kind, name = ("provider", "umbrellapsa") if setting == "allow" else ("module", "tenant")
        written.setdefault(kind, {}).setdefault(name, {})[to_snake(setting)] = value
        file.write_text(json.dumps(written), encoding="utf-8")

    def save_state(self, folder: Path) -> Path:
        """Copy it into this folder."""
        return Path(shutil.copy(self.state_file, folder / "saved.tfstate"))

    def forget_everything(self) -> None:
        """Lose the state."""
        self.state_file.unlink()

    def backdate_key(self, day: str) -> None:
        """Turn the recorded day of minting back, as time would."""
        self.rewrite_state("key", minted_on=day)

    def rewrite_state(self, name: str, **attributes: Any) -> None:
        """Put other values into a resource's row."""
        state = json.loads(self.state_file.read_text(encoding="utf-8"))
        for resource in state["resources"]:
            if resource["type"] == f"umbrellapsa_{ADDRESSES[name]}":
                resource["instances"][0]["attributes"] |= attributes
        self.state_file.write_text(json.dumps(state), encoding="utf-8")

    def restore_state(self, path: Path) -> None:
        """Put back what was copied."""
        shutil.copy(path, self.state_file)

    @property
    def state_file(self) -> Path:
        return self.folder / "terraform.tfstate"

    def make_second_machine(self, folder: Path) -> Workspace:
        """The same tenant, with a copy of its folder."""
        shutil.copytree(self.root, folder, symlinks=True)
        return replace(
            self,
            folder=folder / "examples" / "tenant",
            values=dict(self.values),
            variables=dict(self.variables),
            environment=dict(self.environment),
            withheld=set(self.withheld),
            seen=[],
        )

    def read_pair(self) -> tuple[str, str]:
        """The key in the state, in clear; empty texts where there is none."""
        shown = self.read_outputs()
        return shown.get("public_key", ""), shown.get("private_key", "")

    def read_outputs(self) -> dict[str, Any]:
        """The module's outputs; none while nothing was made."""
        outputs = json.loads(self.run("output", "-json").text)
        self.seen.pop()  # it shows what is sensitive, as it is asked to
        found: dict[str, Any] = outputs["tenant"]["value"] if outputs else {}
        return found

    def list_recorded(self) -> list[str]:
        """The addresses in the state."""
        return self.run("state", "list").text.split()

    def list_secrets(self) -> list[str]:
        """Everything that must never be seen in clear."""
        given = [value for name, value in self.environment.items() if name.endswith(("_TOKEN", "_PRIVATE_KEY"))]
        return [*self.company.secrets().values(), *self.company.private_keys(), *self.company.tokens(), *given]

    def find_leaks(self) -> list[str]:
        """Where a secret stands in clear: in what was printed, and in whatever a run left in its folder.

        Without a vault a key is in the state, which this engine does not encrypt (docs/terraform.md).
        """
        wanted = make_needles(self.list_secrets())
        printed = [f"output {number}" for number, text in enumerate(self.seen) if holds(text, wanted)]
        if "vault_url" in self.variables:
            return [*printed, *find_files_with(self.root, wanted)]
        given = make_needles([*self.company.secrets().values(), *self.company.tokens()])
        files = [file for file in find_files_with(self.root, wanted) if ".tfstate" not in Path(file).name]
        return [*printed, *files, *find_files_with(self.root, given, named=".tfstate")]


def make_workspace(
    engine: Engine, folder: Path, mirror: Path, company: Company, source: Path = ROOT / "terraform", **settings: str
) -> Workspace:
    """A folder as a user has it: the example and the module, copied, and this company's settings."""
    shutil.copytree(source, folder, symlinks=True, dirs_exist_ok=True)
    made = Workspace(engine, folder / "examples" / "tenant", mirror, company, values={})
    made.values |= {"tenant": "acme", "connectwise": {}, "umbrella": {}}
    for setting, value in (company.settings() | settings).items():
        made.set(setting.replace("__", ":"), value)
    return made


def make_initialised(engine: Engine, folder: Path, simulator: RemoteSimulator) -> Workspace:
    """A folder that is initialised, with a mirror of its own: tenants are made of copies of it."""
    mirror = folder / "mirror"
    write_mirror(mirror, "0.1.0")
    made = make_workspace(engine, folder / "tenant", mirror, simulator.company(f"template-{engine.name}"))
    made.init()
    return made
