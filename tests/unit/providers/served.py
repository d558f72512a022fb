"""One handler behind the service, as an engine has it: rows of a state come and go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from providers.composition import Composition
from providers.core.handler import Handler
from providers.core.pending_steps import PendingSteps
from providers.core.reference_counter import ReferenceCounter
from providers.core.schema import Model
from providers.core.values import to_plain
from providers.http.redact import Redactor
from providers.key_registry import KeyRegistry
from providers.service import Service


def make_composition(
    handlers: Mapping[str, Handler[Any, Any]],
    owners: Mapping[str, str],
    references: ReferenceCounter | None = None,
) -> Composition:
    """Make what the service needs of a composition, and nobody behind it; all kinds share the references."""
    nobody = cast(Any, None)
    return Composition(
        handlers=handlers,
        build_vault_handler=nobody,
        references=dict.fromkeys(handlers, references or ReferenceCounter()),
        owners=owners,
        registry=KeyRegistry(nobody, nobody, "Provisioning1"),
        members=nobody,
        keys=nobody,
        sink=nobody,
        vault=None,
        steps=PendingSteps(),
        redactor=Redactor(),
    )


class Served:
    """The service over one handler; `references` are those that the handler was given, if it was given any."""

    def __init__(self, handler: Handler[Any, Any], references: ReferenceCounter | None = None) -> None:
        self._service = Service(make_composition({"kind": handler}, {}, references))

    def read(self, object_id: str, state: Model) -> Model | None:
        return self._service.read("kind", object_id, to_plain(state)).state

    def compare(self, object_id: str, state: Model, args: Model) -> None:
        self._service.plan("kind", object_id, to_plain(state), to_plain(args))

    def create(self, args: Model) -> tuple[str, Any]:
        made = self._service.create("kind", to_plain(args))
        return made.id, made.state

    def delete(self, object_id: str, state: Model) -> None:
        self._service.delete("kind", object_id, to_plain(state))
