"""What must be there before a stack can be made: the project, the engine, a backend, a passphrase, a free name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from providers.core.errors import GuardViolation, ProviderError, SettingError
from providers.core.settings import SettingErrors
from providers.core.stack_file import locate_stack_file
from stacks.fleet.passphrase import PASSPHRASE
from stacks.onboarding.file_form import is_left_over
from stacks.project import is_project
from stacks.pulumi_cli import NoBackend, PulumiCli
from stacks.settings import check_name

LOGIN = 'mkdir -p -m 700 ~/.umbrella-psa && pulumi login "file://$HOME/.umbrella-psa?metadata=skip"'


def refuse_without_prerequisites(pulumi: PulumiCli, tenant: str, provider: str, environment: Mapping[str, str]) -> str:
    """Make sure that a stack can be made here; the backend's address.

    Raises:
        SettingErrors: All that is missing.
        GuardViolation: The name is taken.
    """
    errors = [wrong] if (wrong := check_name(tenant)) else []
    if not is_project(Path()):
        raise SettingErrors(
            [*errors, SettingError("folder", "is not the project's", next_step="go to where its Pulumi.yaml is")]
        )
    if provider == "passphrase" and (missing := _find_missing_passphrase(environment)):
        errors.append(missing)
    backend = ""
    try:
        backend = pulumi.get_backend()
    except NoBackend:
        errors.append(_backend_wanted("nobody is signed in to one"))
    except ProviderError as error:
        errors.append(_backend_wanted(str(error).rstrip(".")))
    if errors:
        raise SettingErrors(errors)
    refuse_taken(pulumi, tenant, backend)
    return backend


def refuse_taken(pulumi: PulumiCli, tenant: str, backend: str) -> None:
    """Raise `GuardViolation` for a name that is taken: nothing that is there already is ever written over.

    A file that a `new` left when it was killed is gone on with.
    """
    if pulumi.has_stack(tenant):
        raise GuardViolation(
            f"the stack {tenant} exists already in {backend}",
            next_step=f"look at it with `umbrella-psa check {tenant}`, or choose another name",
        )
    file = locate_stack_file(tenant)
    if file.exists() and not is_left_over(file):
        raise GuardViolation(
            f"{file} is there already, without a stack",
            next_step=f"make its stack with `pulumi stack init {tenant}`, or move the file away",
        )


def _backend_wanted(summary: str) -> SettingError:
    # A colon and a detail: nothing may follow a command that is to be copied.
    return SettingError("backend", summary, next_step="sign in, such as by:", detail=LOGIN)


def _find_missing_passphrase(environment: Mapping[str, str]) -> SettingError | None:
    if PASSPHRASE in environment:
        return None
    file = environment.get(f"{PASSPHRASE}_FILE")
    if file and Path(file).is_file():
        return None
    return SettingError(
        PASSPHRASE,
        "is not set; it encrypts the stack's secrets, and without it nobody can read them again.",
        next_step=f"Set it with `read -rs {PASSPHRASE} && export {PASSPHRASE}`, name a file in {PASSPHRASE}_FILE, or "
        "choose another --secrets-provider",
    )
