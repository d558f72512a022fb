"""The `pulumi` command, for the verbs: what a stack says and remembers, and running the engine on it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

from providers.core.errors import ProviderError
from stacks.backend_address import PROJECT_FILE, clean_words, find_backend, strip_credentials
from stacks.fleet.backends import UnreadableHere, open_backend
from stacks.fleet.passphrase import make_missing_error, make_wrong_error

if TYPE_CHECKING:
    from stacks.state import TenantState


ANSWER_SECONDS = 300  # what is asked here takes a second or two, with a slow backend ten


class NoStack(ProviderError):
    """The backend has no stack of that name."""


class NoBackend(ProviderError):
    """Nobody is signed in to a backend. The engine speaks of the token of one kind of it, which nobody may want."""


# What the engine says, as what, and what it leaves unsaid.
_KNOWN: dict[str, tuple[type[ProviderError], str]] = {
    "PULUMI_ACCESS_TOKEN must be set": (NoBackend, "sign in to the backend that keeps the stacks: `pulumi login URL`"),
    "requires cgo or $USER": (ProviderError, "set USER in the environment, to any name"),
    "no stack named": (NoStack, "check the name and the backend, PULUMI_BACKEND_URL or `pulumi login`"),
}


# For states in PostgreSQL: the engine lists stacks on so many connections at once that its pool is exhausted, and
# waits for ever; and no answer is waited for as long. Neither says anything to other backends.
_BACKEND = {"PULUMI_DIY_BACKEND_PARALLEL": "1", "PGCONNECT_TIMEOUT": "20"}

# The engine lives for a second and needs 130 MB: what it would collect costs a seventh of its processor time. A state
# of a size that nobody has yet is collected, and no more than this is used for it.
_MEMORY = {"GOGC": "off", "GOMEMLIMIT": "512MiB"}


@dataclass(frozen=True)
class StackConfiguration:
    """What a stack's file says, decrypted; the environment's settings are not in it."""

    values: dict[str, str]
    secret_keys: frozenset[str]


class PulumiCli:
    """Runs `pulumi` in the project's folder, always with the configuration as it stands now."""

    def __init__(self, project: Path = Path(), **environment: str) -> None:
        """`environment` wins over this process's own."""
        self._project = project
        self._environment = environment

    def get_version(self) -> str:
        """As the engine says it, such as `3.255.0`."""
        return self._ask("", "version").strip().removeprefix("v")

    def get_backend(self) -> str:
        """Where stacks are kept, for showing: without credentials. Raises `ProviderError` when signed in nowhere."""
        answer = json.loads(self._ask("", "whoami", "--verbose", "--json"))
        return strip_credentials(str(answer.get("url", "")))

    def create(self, tenant: str, secrets_provider: str) -> None:
        """Make a stack. It goes on when this process is ended: a stack is made or it is not."""
        self._ask("", "stack", "init", tenant, "--no-select", "--secrets-provider", secrets_provider, alone=True)

    def has_stack(self, tenant: str) -> bool:
        """Tell whether the backend keeps this stack: looked up directly where it can be, else by asking the engine.

        Never by a list of them all, and the file alone says nothing of it.
        """
        environment = {**os.environ, **self._environment}
        with suppress(UnreadableHere):
            return open_backend(find_backend(environment, self._project / PROJECT_FILE)).read(tenant) is not None
        try:
            self._ask(tenant, "stack", "export", alone=True)
        except NoStack:
            return False
        return True

    def remove_stack(self, tenant: str) -> None:
        """Take a stack away, and leave its file. Raises `ProviderError` for one that still holds something."""
        self._ask("", "stack", "rm", tenant, "--yes", "--preserve-config", alone=True)

    def read_configuration(self, tenant: str) -> StackConfiguration:
        """Read the stack's settings. Raises `ProviderError` when there is no such stack, or it can't be decrypted."""
        settings = json.loads(self._ask(tenant, "config", "--show-secrets", "--json") or "{}")
        return StackConfiguration(
            {key: str(entry.get("value", "")) for key, entry in settings.items()},
            frozenset(key for key, entry in settings.items() if entry.get("secret")),
        )

    def read_state(self, tenant: str) -> TenantState:
        """Read what the stack's state holds; private keys are empty."""
        from stacks.state import TenantState  # loads every resource's models, and `new` needs none

        deployment = self.export(tenant, in_clear=False)
        try:
            return TenantState.parse(deployment)
        except ProviderError as error:
            raise ProviderError(f"{tenant}: {error}") from None

    def get_last_change(self, tenant: str) -> tuple[str, str]:
        """Ask the history for the last run that was to change something: its verb (`update`, `destroy`) and result.

        Both are empty before the first; a killed run is in no history of a file backend.
        """
        history = json.loads(self._ask(tenant, "stack", "history", "--json", "--page-size", "20") or "[]")
        runs = [(str(run.get("kind", "")), str(run.get("result", ""))) for run in history]
        return next((run for run in runs if run[0] in ("update", "destroy")), ("", ""))

    def export(self, tenant: str, *, in_clear: bool = True) -> Mapping[str, Any]:
        """Return the stack's deployment, as the engine writes it."""
        flags = ("--show-secrets",) if in_clear else ()
        deployment: Mapping[str, Any] = json.loads(self._ask(tenant, "stack", "export", *flags)).get("deployment") or {}
        return deployment

    def set(self, tenant: str, key: str, value: str) -> None:
        """Set a plain setting. A secret goes by `set_secret`, never on a command line."""
        self._ask(tenant, "config", "set", key, "--", value)

    def set_secret(self, tenant: str, key: str, value: str) -> None:
        """Set a setting that is stored encrypted; its value goes by standard input."""
        self._ask(tenant, "config", "set", "--secret", key, given=value)

    def _ask(self, tenant: str, *arguments: str, given: str = "", alone: bool = False) -> str:
        """Give standard output of a command that prints no secret on standard error. `alone`: no Ctrl-C reaches it."""
        done = self._run(tenant, arguments, given, alone)
        if done.returncode:
            raise _explain(done.stderr, tenant, arguments[0])
        return done.stdout

    def _run(
        self, tenant: str, arguments: tuple[str, ...], given: str = "", alone: bool = False
    ) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                self._build_command(tenant, *arguments),
                cwd=self._project,
                env={**make_environment(os.environ), **self._environment},
                input=given,
                start_new_session=alone,
                capture_output=True,
                text=True,
                check=False,
                timeout=ANSWER_SECONDS,
            )
        except FileNotFoundError:
            raise _make_missing_error() from None
        except subprocess.TimeoutExpired:
            raise ProviderError(
                f"`pulumi {arguments[0]}` gave no answer in {ANSWER_SECONDS} s and was ended",
                next_step="check that the backend can be reached",
            ) from None

    @staticmethod
    def _build_command(tenant: str, *arguments: str) -> list[str]:
        # First, because a `--` among the arguments ends the options.
        stack = ("--stack", tenant) if tenant else ()
        return ["pulumi", "--non-interactive", arguments[0], *stack, *arguments[1:]]


def _explain(said: str, tenant: str, verb: str) -> ProviderError:
    """Make the error of what the engine said. What it says of a passphrase is told in our words, as everywhere."""
    message = clean_words(" ".join(said.split())).removeprefix("error: ")
    if "passphrase must be set" in message:
        return make_missing_error(f"the secrets of {tenant or 'the stack'}")
    if "incorrect passphrase" in message:
        return make_wrong_error(tenant or "the stack")
    about = f"{tenant}: " if tenant else ""
    kind, step = next((cause for words, cause in _KNOWN.items() if words in message), (ProviderError, ""))
    return kind(f"{about}`pulumi {verb}` said: {message or 'nothing'}", next_step=step)


def make_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Make an engine's of ours, with the virtual environment's commands found whether or not that is activated."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"
    # Without it and without an entry in /etc/passwd, as in many containers, the engine does not start a run.
    user = environment.get("USER") or f"uid-{os.getuid()}"
    fixed = {"PULUMI_RUN_PROGRAM": "true", "PULUMI_SKIP_UPDATE_CHECK": "true"}
    return {**_BACKEND, **_MEMORY, **environment, "PATH": path, "USER": user, **fixed}


def refuse_missing_engine(environment: Mapping[str, str]) -> None:
    """Raise `ProviderError` where there is no `pulumi` to run."""
    if which("pulumi", path=make_environment(environment)["PATH"]) is None:
        raise _make_missing_error()


def _make_missing_error() -> ProviderError:
    return ProviderError("the Pulumi engine is not there", next_step="run `make setup` in the project's folder")
