"""What must be there before a stack can be made: the project, the engine, a backend, a passphrase, a free name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from providers.core.configuration import PROJECT
from providers.core.problems import BadSetting, Problem, Refusal
from providers.core.settings import BadSettings
from providers.core.stack_file import FOLDER
from stacks.engine import Engine, NoBackend
from stacks.settings import wrong_name

PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE"  # noqa: S105 - its name
LOGIN = 'mkdir -p ~/.umbrella-psa && pulumi login "file://$HOME/.umbrella-psa?metadata=skip"'


def refuse_without_ground(engine: Engine, tenant: str, provider: str, environment: Mapping[str, str]) -> str:
    """The backend's address. Raises `BadSettings` with all that is missing, `Refusal` when the name is taken."""
    problems = [wrong] if (wrong := wrong_name(tenant)) else []
    if not _is_the_project():
        raise BadSettings(
            [*problems, BadSetting("folder", "is not the project's", next_step="go to where its Pulumi.yaml is")]
        )
    if provider == "passphrase" and (missing := _without_passphrase(environment)):
        problems.append(missing)
    backend = ""
    try:
        backend = engine.backend()
    except NoBackend:
        problems.append(_backend_wanted("nobody is signed in to one"))
    except Problem as problem:
        problems.append(_backend_wanted(str(problem).rstrip(".")))
    if problems:
        raise BadSettings(problems)
    refuse_taken(engine, tenant, backend)
    return backend


def refuse_taken(engine: Engine, tenant: str, backend: str) -> None:
    """Nothing that is there already is ever written over."""
    file = FOLDER / f"Pulumi.{tenant}.yaml"
    stack = tenant in engine.stacks()
    if stack:
        raise Refusal(
            f"the stack {tenant} exists already in {backend}",
            next_step=f"look at it with `python -m stacks check {tenant}`, or choose another name",
        )
    if file.exists():
        raise Refusal(
            f"{file} is there already, without a stack",
            next_step=f"make its stack with `pulumi stack init {tenant}`, or move the file away",
        )


def _backend_wanted(summary: str) -> BadSetting:
    # A colon and a detail: nothing may follow a command that is to be copied.
    return BadSetting("backend", summary, next_step="sign in, such as by:", detail=LOGIN)


def _is_the_project() -> bool:
    file = Path("Pulumi.yaml")
    return file.is_file() and f"name: {PROJECT}" in file.read_text(encoding="utf-8").splitlines()


def _without_passphrase(environment: Mapping[str, str]) -> BadSetting | None:
    if PASSPHRASE in environment:
        return None
    file = environment.get(f"{PASSPHRASE}_FILE")
    if file and Path(file).is_file():
        return None
    return BadSetting(
        PASSPHRASE,
        "is not set; it encrypts the stack's secrets, and without it nobody can read them again.",
        next_step=f"Set it with `read -rs {PASSPHRASE} && export {PASSPHRASE}`, name a file in {PASSPHRASE}_FILE, or "
        "choose another --secrets-provider",
    )
