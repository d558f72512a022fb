"""How Pulumi's dynamic providers behave, and how they are served by the engine-free service.

A provider class is stored in the state as a pickled *reference*: module and class name, nothing else. So it has no
attributes, its path never moves, and today's code always runs, also in refresh and delete (reference: pulumi#7453,
#12401). What it works with is one service per process and configuration.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, ClassVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.output import Unknown

from providers.core.configuration import Configuration
from providers.core.errors import ProviderError
from providers.core.notices import print_once
from providers.core.stack_file import locate_stack_file, read_plain_settings
from providers.core.values import to_plain
from providers.engines.pulumi import watchdog
from providers.engines.pulumi.diagnostics import format_line, reported
from providers.engines.pulumi.invocation import read_invocation

if TYPE_CHECKING:
    from providers.service import Service

PROVIDER_KEY = "__provider"
"""What the engine adds to a property bag."""

if hasattr(sys.modules["__main__"], "DynamicResourceProviderServicer"):
    # A provider's process lives as long as one run, and collections during its imports cost 60 ms of it (make bench).
    gc.disable()

_lock = Lock()
_services: dict[tuple[tuple[str, str], ...], Service] = {}


def _service_for(recorded: dict[str, str]) -> Service:
    """Return the process's service for a configuration; each provider class would else look everything up again."""
    # All vendors: needed in the provider's process only.
    from providers.composition import KEYS
    from providers.policy import Policy
    from providers.service import Service
    from providers.stated import StatedSettings

    configuration = Configuration(recorded)
    settings = tuple((key, value) for key in KEYS if (value := configuration.get(key)) is not None)
    with _lock:
        if settings not in _services:
            policy = Policy(before_write=watchdog.ensure_engine_alive)
            try:
                _services[settings] = Service.open(configuration, policy, read_stated=_read_stated)
            except ProviderError as error:
                raise StatedSettings(configuration, _read_stated).explain(error, "", "") from None
        return _services[settings]


def _read_stated(tenant: str) -> Mapping[str, str | None]:
    """Read what the settings of the stack say now that this run is about; `tenant` is history, where that is known."""
    from providers.composition import DECIDING

    invocation = read_invocation()
    path = invocation.settings_file or locate_stack_file(invocation.stack or tenant)
    return read_plain_settings(path, DECIDING)


def split_unknown(bag: Mapping[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
    """Split a bag into the properties that are known and the names of the others.

    In previews the engine puts `Unknown` objects anywhere in `check` and `diff` (reference: pulumi#13830, #10040).
    """
    given = drop_provider(bag)
    unknown = frozenset(name for name, value in given.items() if contains_unknown(value))
    return {name: value for name, value in given.items() if name not in unknown}, unknown


def drop_provider(bag: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties that are the resource's own."""
    return {key: value for key, value in bag.items() if key != PROVIDER_KEY}


def contains_unknown(value: Any) -> bool:
    """Tell whether an `Unknown` stands anywhere inside."""
    if isinstance(value, Unknown):
        return True
    if isinstance(value, Mapping):
        return any(contains_unknown(item) for item in value.values())
    return isinstance(value, list | tuple) and any(contains_unknown(item) for item in value)


def forget_services() -> None:
    """Drop what was opened: the next run finds nothing of this one."""
    with _lock:
        _services.clear()


class DynamicProvider(ResourceProvider):
    """Serve one kind of resource to the engine. Subclasses are a single line and hold nothing."""

    # By reference there is nothing to hide, and each needless secret costs a decryption (pulumi#15538).
    serialize_as_secret_always = False

    kind: ClassVar[str]

    def __init_subclass__(cls, *, kind: str, **kwargs: Any) -> None:
        """Name the kind in the class statement: an attribute of an instance would be in every state."""
        super().__init_subclass__(**kwargs)
        cls.kind = kind

    def configure(self, req: ConfigureRequest) -> None:
        """Start the watchdog and keep the recorded configuration; runs in the provider process only.

        Must not fail: an exception here fails every call without a reason.
        """
        from providers.composition import KEYS

        watchdog.start()
        self._recorded = {key: str(value) for key in KEYS if (value := req.config.get(key)) is not None}

    @property
    def service(self) -> Service:
        """What serves this process's configuration. Raises `SettingErrors`."""
        return _service_for(self._recorded)

    @reported
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Validate, fill in defaults; in a preview only what is known."""
        known, unknown = split_unknown(news)
        try:
            checked = self.service.check(self.kind, drop_provider(olds) or None, known, unknown)
        except ProviderError as error:
            return CheckResult(news, [CheckFailure("", format_line(error))])
        if checked.failures:
            return CheckResult(news, [CheckFailure(name, format_line(error)) for name, error in checked.failures])
        return CheckResult({**{name: news[name] for name in unknown}, **to_plain(checked.inputs)}, [])

    @reported
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Live against wanted. `_olds` are outputs, fresh ones after a refresh."""
        plan = self.service.plan(self.kind, _id, drop_provider(_olds), *split_unknown(_news))
        for sentence in plan.sentences:
            print_once(sentence)
        return DiffResult(changes=bool(plan.changes), replaces=plan.replaces)

    @reported
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make the object; its id and its whole state go back."""
        made = self.service.create(self.kind, drop_provider(props))
        return CreateResult(made.id, to_plain(made.state))

    @reported
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Fresh outputs, and fresh inputs too: without them the engine misses drift (pulumi#13839)."""
        result = self.service.read(self.kind, id_, drop_provider(props))
        if result.state is None:
            print_once(result.missing)
            return ReadResult("", {})  # ReadResult() would fail in the server
        outputs = to_plain(result.state)
        return ReadResult(id_, outputs, {name: outputs[name] for name in result.inputs if name in outputs})

    @reported
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """All outputs go back, always: what is missing would be wiped from the state (pulumi#7809)."""
        return UpdateResult(to_plain(self.service.update(self.kind, _id, drop_provider(_olds), drop_provider(_news))))

    @reported
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Remove the object."""
        self.service.delete(self.kind, _id, drop_provider(_props))
