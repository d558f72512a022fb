"""What a stack's state holds, as the engine exports it, read by the models of the providers that wrote it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeGuard, TypeVar, cast

from pydantic import ValidationError

from providers.connectwise.api_key import ApiKeyState
from providers.connectwise.permission_set import PermissionSetState
from providers.core.errors import ProviderError
from providers.core.schema import Owned, sensitive_fields
from providers.core.values import describe_error, parse
from providers.kinds import MODULES, load_handler
from providers.umbrella.psa_integration import PsaIntegrationState

StateT = TypeVar("StateT", bound=Owned)
Stepwise = PermissionSetState | ApiKeyState | PsaIntegrationState
"""What a person may have to make or change."""

OURS = "pulumi-python:dynamic/"
_PROVIDER = "pulumi:providers:pulumi-python"
# As `engines/pulumi/resources.py` declares them: by the vendor's room and the kind.
_TYPES = {f"{OURS}{module.split('.')[1]}:{kind}" for kind, module in MODULES.items()}
# By this entry the engine tells a secret from an object of the program's.
SIGNATURE = ("4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270")


@dataclass(frozen=True)
class Row(Generic[StateT]):
    """One of our resources. `awaits_deletion`: another has taken its place, and it is still to be deleted."""

    kind: str
    id: str
    outputs: StateT
    awaits_deletion: bool = False


@dataclass(frozen=True)
class TenantState:
    """`rows`: in the order of the state. A private key is empty unless the state was exported in clear.

    `written_at`: when a run wrote it last; empty before the first. `cut_off`: the kinds of the resources that a killed
    run was working on. `cut_deletions`: those of them that were live and on their way out, so in a destroy.
    `applied_key`: the public key that the sink held when an `up` had last ended; empty while none has.
    `recorded`: the settings that the engine hands to a plain refresh or destroy, secrets only when exported in clear.
    """

    rows: tuple[Row[Owned], ...] = ()
    written_at: str = ""
    cut_off: tuple[str, ...] = ()
    cut_deletions: tuple[str, ...] = ()
    applied_key: str = ""
    recorded: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, deployment: Mapping[str, Any]) -> TenantState:
        """Read what `pulumi stack export` writes. Raises `ProviderError` for a row that the models don't know."""
        resources = deployment.get("resources") or []
        operations = deployment.get("pending_operations") or []
        return cls(
            tuple(_read_row(resource) for resource in resources if resource["type"].startswith(OURS)),
            # The time is that of `pulumi stack init` in a stack that has never run.
            str((deployment.get("manifest") or {}).get("time") or "") if resources else "",
            tuple(_get_kind(operation["resource"]) for operation in operations),
            tuple(
                _get_kind(operation["resource"])
                for operation in operations
                if operation["type"] == "deleting" and not operation["resource"].get("delete")
            ),
            next((str(root["outputs"].get("umbrellaApplied") or "") for root in resources if _is_root(root)), ""),
            read_recorded(resources, lambda inputs: _open_secrets(inputs, [])),
        )

    @property
    def key(self) -> Row[ApiKeyState] | None:
        """The API key in use."""
        return self.find_current(ApiKeyState)

    @property
    def sink(self) -> Row[PsaIntegrationState] | None:
        """The integration in the Umbrella console, or what stands in its place."""
        return self.find_current(PsaIntegrationState)

    @property
    def sink_kind(self) -> str | None:
        """Where the pair goes, if that is not Umbrella."""
        return self.sink.outputs.sink if self.sink else None

    def list_rows(self, model: type[StateT]) -> list[Row[StateT]]:
        """All of a kind: those that wait for their deletion, too."""
        return [row for row in self.rows if _holds(row, model)]

    def find_current(self, model: type[StateT]) -> Row[StateT] | None:
        """Find the one that counts: it does not wait for its deletion."""
        return next((row for row in self.list_rows(model) if not row.awaits_deletion), None)

    def list_replaced(self, model: type[StateT]) -> list[Row[StateT]]:
        """Those that only wait for their deletion."""
        return [row for row in self.list_rows(model) if row.awaits_deletion]

    @property
    def pending(self) -> list[Row[Stepwise]]:
        """What waits for a person; `outputs.pending` names the step, `outputs.order` is its work order."""
        return [row for row in self.rows if _is_pending(row)]


def make_unreadable_error(kind: str, field: str, problem: str) -> ProviderError:
    """Make the error for a state that another version has written, or somebody's editor."""
    return ProviderError(
        f"its state holds {kind} in a form that is not known here: {field} {problem.rstrip('.')}",
        next_step="use the version that wrote it, or put an earlier state back with `pulumi stack import`",
    )


def _is_root(resource: Mapping[str, Any]) -> bool:
    return resource["type"] == "pulumi:pulumi:Stack" and bool(resource.get("outputs"))


def _holds(row: Row[Owned], model: type[StateT]) -> TypeGuard[Row[StateT]]:
    return isinstance(row.outputs, model)


def _is_pending(row: Row[Owned]) -> TypeGuard[Row[Stepwise]]:
    return isinstance(row.outputs, Stepwise) and bool(row.outputs.pending)


def _get_kind(resource: Mapping[str, Any]) -> str:
    return str(resource["type"]).rpartition(":")[2]


def _read_row(resource: Mapping[str, Any]) -> Row[Owned]:
    kind = _get_kind(resource)
    if resource["type"] not in _TYPES:
        raise make_unreadable_error(kind, "its type", "is another version's")
    model = cast(type[Owned], load_handler(kind).state)
    try:
        outputs = parse(model, _open_secrets(resource.get("outputs") or {}, sensitive_fields(model)))
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]
        raise make_unreadable_error(kind, str(problem["loc"][0]), describe_error(problem)) from None
    return Row(kind, resource.get("id", ""), outputs, resource.get("delete", False))


def read_recorded(
    resources: Sequence[Mapping[str, Any]], reveal: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> dict[str, str]:
    """Read the inputs of the provider that our resources share: the stack's configuration as the last run had it.

    `reveal` gives a row's properties with its secrets in clear, as far as they can be had.
    """
    providers = [one for one in resources if one["type"] == _PROVIDER and not one.get("delete")]
    inputs = reveal(providers[-1].get("inputs") or {}) if providers else {}
    return {key: value for key, value in inputs.items() if isinstance(value, str)}


def _open_secrets(properties: Mapping[str, Any], sensitive: Sequence[str]) -> dict[str, Any]:
    """Secrets in clear as their values; of encrypted ones only those that a model knows as secrets: as empty."""
    mark, signed = SIGNATURE
    values = dict(properties)
    for name, value in properties.items():
        if isinstance(value, Mapping) and value.get(mark) == signed:
            if "plaintext" in value:
                values[name] = json.loads(value["plaintext"])
            elif name in sensitive:
                values[name] = ""
    return values
