"""Which kinds of vault there are, chosen by the URL's scheme. A vendor's library is loaded when its vault is opened.

Further kinds are Python entry points of the group `umbrella_psa.vaults`: the name is the scheme, the object is called
with the URL and the settings and returns a `Vault` (docs/vaults/plug-ins.md).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

from providers.core.errors import SettingError
from providers.core.nearest import suggest_nearest
from providers.core.settings import Flaw
from providers.vault.address import parse_age_url, parse_aws_url, parse_azure_url, parse_scheme, parse_vault_url

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from providers.vault.connection import VaultSettings
    from providers.vault.contract import Vault

    Opener = Callable[[str, VaultSettings], Vault]

ENTRY_POINTS = "umbrella_psa.vaults"


class VaultKind(NamedTuple):
    """`settings`: those of the namespace that it uses; `environment`: what else leads there.

    `libraries`: to import; `extra`: the one of our package that brings them.
    """

    title: str
    module: str
    libraries: tuple[str, ...]
    extra: str
    settings: frozenset[str]
    environment: str
    parts: Callable[[str], object]


KINDS = {
    "vault": VaultKind(
        title="HashiCorp Vault or OpenBao",
        module="providers.vault.hashicorp",
        libraries=("hvac",),
        extra="vault",
        settings=frozenset({"address", "namespace", "role_id", "secret_id", "token"}),
        environment="VAULT_ADDR and VAULT_TOKEN",
        parts=parse_vault_url,
    ),
    "awssm": VaultKind(
        title="AWS Secrets Manager",
        module="providers.vault.aws",
        libraries=("boto3",),
        extra="aws",
        settings=frozenset({"region", "endpoint", "kms_key"}),
        environment="AWS_PROFILE and AWS_DEFAULT_REGION",
        parts=parse_aws_url,
    ),
    "azurekv": VaultKind(
        title="Azure Key Vault",
        module="providers.vault.azure",
        libraries=("azure.keyvault.secrets", "azure.identity"),
        extra="azure",
        settings=frozenset({"endpoint"}),
        environment="AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
        parts=parse_azure_url,
    ),
    "age": VaultKind(
        title="a file encrypted with age",
        module="providers.vault.age",
        libraries=("pyrage",),
        extra="age",
        settings=frozenset(),
        environment="",
        parts=parse_age_url,
    ),
}


def describe_environment(url: str) -> str:
    """Name the variables that lead to this kind of vault without any setting."""
    kind = KINDS.get(parse_scheme(url))
    return kind.environment if kind and kind.environment else "what this kind of vault needs"


def find_flaw(url: str) -> Flaw | None:
    """Say why no vault can be opened by this URL; None when one can."""
    scheme = parse_scheme(url)
    kind = KINDS.get(scheme)
    if kind is None:
        if scheme and _find_plug_in(scheme):
            return None
        schemes = ", ".join(f"{name}://" for name in KINDS)
        meant = suggest_nearest(scheme, KINDS).removeprefix(" Did you mean ").removesuffix("?")
        perhaps = meant and f", perhaps {meant}"
        return Flaw(f"must start with one of {schemes} or the scheme of an installed plug-in{perhaps}")
    try:
        kind.parts(url)
    except ValueError as wrong:
        return Flaw(str(wrong))
    missing = [library for library in kind.libraries if not _is_installed(library)]
    if missing:
        return Flaw(
            f"is {kind.title}, which needs the Python package {' and '.join(missing).replace('.', '-')}",
            next_step=f"install it with `.venv/bin/pip install -e '.[{kind.extra}]'`",
        )
    return None


def open_vault(url: str, settings: VaultSettings) -> Vault:
    """Open the vault at the URL; nothing is asked of it yet. Raises `SettingError`."""
    flaw = find_flaw(url)
    if flaw:
        raise SettingError("vault:url", str(flaw), next_step=flaw.next_step)
    scheme = parse_scheme(url)
    if scheme in KINDS:
        opener = import_module(KINDS[scheme].module).open_vault
    else:
        opener = cast("EntryPoint", _find_plug_in(scheme)).load()
    return cast("Opener", opener)(url, settings)


def _find_plug_in(scheme: str) -> EntryPoint | None:
    from importlib.metadata import entry_points  # reads every installed package: only for a scheme that isn't ours

    return next(iter(entry_points(group=ENTRY_POINTS, name=scheme)), None)


def _is_installed(library: str) -> bool:
    from importlib.util import find_spec

    try:
        return find_spec(library) is not None
    except ModuleNotFoundError:  # of its parent package
        return False
