"""The one place that knows how Pulumi's dynamic providers behave.

A provider class is stored in the state as a pickled *reference*: module and class name, nothing else. So it has no
attributes, its path never moves without a shim, and today's code always runs, also in refresh and delete
(reference: pulumi#7453, #12401). Its handler comes from one context per process, built from the configuration.
"""

from __future__ import annotations

import gc
import importlib
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from functools import wraps
from threading import Lock
from typing import Any, ClassVar, Protocol, TypeVar, cast

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

from providers.core import lifeline
from providers.core.changes import changes, sentences
from providers.core.configuration import Configuration
from providers.core.handler import Handler
from providers.core.notices import say
from providers.core.problems import Problem, Refusal, WorkOrder
from providers.core.schema import Model, sensitive_fields
from providers.core.stack_file import plain_settings
from providers.core.steps import Begun, OpenSteps
from providers.core.values import parse, parse_known, plain, without_provider

H = TypeVar("H", bound=Handler[Any, Any])
M = TypeVar("M", bound=Model)
Verb = TypeVar("Verb", bound=Callable[..., Any])

if hasattr(sys.modules["__main__"], "DynamicResourceProviderServicer"):
    # A provider's process lives as long as one run, and collections amid its imports cost 60 ms of it (make bench).
    gc.disable()

# The composition root knows all vendors and so stands above this room; naming it as text keeps the arrows one-way.
COMPOSITION_ROOT = "providers.wiring"


class Context(Protocol):
    """What a provider process shares: built once from the configuration."""

    owners: Mapping[str, str]
    """Whose objects this configuration may touch, by field name: {"company": "acme@na.myconnectwise.net"}."""
    steps: OpenSteps
    """What this run has opened for a person."""

    def handler(self, kind: type[H]) -> H:
        """The handler of this kind, with its collaborators."""

    def remember_secret(self, secret: str) -> None:
        """From now on this never leaves the process in a sentence."""

    def redact(self, text: str) -> str:
        """The text without any secret that this process knows."""

    def today(self) -> date:
        """The clock, in UTC."""


class Told(Exception):
    """What leaves the process: a redacted sentence, without a trace of where it came from."""


_lock = Lock()
_contexts: dict[tuple[tuple[str, str], ...], Context] = {}


def _context(configuration: Configuration, keys: tuple[str, ...], build: Callable[[Configuration], Context]) -> Context:
    """One context per process and configuration; each provider class would otherwise look everything up again."""
    seen = tuple((key, value) for key in keys if (value := configuration.get(key)) is not None)
    with _lock:
        if seen not in _contexts:
            _contexts[seen] = build(configuration)
        return _contexts[seen]


def _told(verb: Verb) -> Verb:
    """Every exception leaves as one redacted sentence: gRPC sends its text to the user as it is."""

    @wraps(verb)
    def told(self: DynamicProvider, *args: Any) -> Any:
        try:
            return verb(self, *args)
        except WorkOrder as order:
            sentence = self.lines(order, args[-1].get("tenant"))
        except Problem as problem:
            sentence = self.redacted(str(problem))
        except Exception as bug:
            # Where, but never what: the values in a traceback may be secrets.
            frame = traceback.extract_tb(bug.__traceback__)[-1]
            sentence = self.redacted(
                f"unexpected {type(bug).__name__} in {frame.name} ({frame.filename.rpartition('/')[2]}:{frame.lineno}) "
                f"during {verb.__name__} of {self.kind.__name__}; this is a defect of umbrella-psa, please report it."
            )
        raise Told(sentence) from None

    return cast(Verb, told)


class DynamicProvider(ResourceProvider):
    """Serves one handler to the engine. Subclasses are a single line and hold nothing."""

    # By reference there is nothing to hide, and each needless secret costs a decryption (pulumi#15538).
    serialize_as_secret_always = False

    kind: ClassVar[type[Handler[Any, Any]]]

    def __init_subclass__(cls, *, handler: type[Handler[Any, Any]], **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kind = handler

    def configure(self, req: ConfigureRequest) -> None:
        """Runs in the provider process only. Must not fail: an exception here fails every call without a reason."""
        lifeline.hold()
        root = importlib.import_module(COMPOSITION_ROOT)
        recorded = {key: str(value) for key in root.KEYS if (value := req.config.get(key)) is not None}
        self._recorded = recorded

    @property
    def context(self) -> Context:
        root = importlib.import_module(COMPOSITION_ROOT)
        return _context(Configuration(self._recorded), root.KEYS, root.build)

    def _typed(self, model: type[M], bag: Mapping[str, Any]) -> M:
        """A bag as a model; its secrets are known to the redactor from here on."""
        typed = parse(model, bag)
        self._keep_secrets(typed)
        return typed

    def _outputs(self, state: Model) -> dict[str, Any]:
        self._keep_secrets(state)
        return cast(dict[str, Any], plain(state))

    def _keep_secrets(self, typed: Model) -> None:
        for name in sensitive_fields(type(typed)):
            if (secret := getattr(typed, name)) is not None:
                self.context.remember_secret(secret.get_secret_value())

    def redacted(self, sentence: str) -> str:
        """One line, for whoever reads a log, without a secret; without a context none can be in it yet."""
        with suppress(Exception):  # no context: that is the bug to be told
            sentence = self.context.redact(sentence)
        return " ".join(sentence.split())

    def lines(self, order: WorkOrder, tenant: str | None) -> str:
        """A work order keeps its lines, begins on one of its own, and names the stack in what is to be copied."""
        text = self.context.redact(str(order)).replace("<tenant>", tenant or "<tenant>")
        return f"\n\n{text}\n"

    def _handler(self, bag: Mapping[str, Any]) -> Handler[Any, Any]:
        """The handler, once it is sure that the object is this configuration's: a stack belongs to one.

        What the handler works with is compared, and what the stack's own file says now: neither vouches for the other.
        """
        working, stated = dict(self.context.owners), self._stated_owners(bag)
        for field in working:
            theirs = bag.get(field)
            if not isinstance(theirs, str):
                continue
            if (ours := (stated or working)[field]) != theirs:
                raise Refusal(
                    f"this stack belongs to the {field} {theirs}, but the configuration names {ours}; "
                    "set the configuration back, or make a new stack for the other one."
                )
            if working[field] != theirs:
                raise Refusal(
                    f"this stack belongs to the {field} {theirs}, and so says its file, but the engine gave this run "
                    f"the configuration of an earlier one, which names {working[field]}; run "
                    "`pulumi up --run-program` once, or, to destroy, `pulumi destroy --run-program --refresh=false`."
                )
        return self.context.handler(self.kind)

    def _stated_owners(self, bag: Mapping[str, Any]) -> dict[str, str]:
        """Whose objects the stack's own file names now; empty where nobody knows which file that is."""
        if not isinstance(tenant := bag.get("tenant"), str):
            return {}
        root = importlib.import_module(COMPOSITION_ROOT)
        # Those and no others: the rest of a changed file may make no whole without its secrets.
        now = {key: value for key, value in plain_settings(tenant).items() if key in root.DECIDING}
        owners: dict[str, str] = root.owners(Configuration({**self._recorded, **now}))
        return owners

    @_told
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Validate, fill in defaults; in a preview only what is known."""
        known, unknown, wrong = parse_known(self.kind.args, news)
        try:
            if not wrong:
                for bag in (olds, known):
                    handler = self._handler(bag)
                handler.check(without_provider(olds) or None, known, unknown, self.context.today())
        except Problem as problem:
            wrong = [("", str(problem))]
        if wrong:
            return CheckResult(news, [CheckFailure(name, self.redacted(text)) for name, text in wrong])
        return CheckResult({**{name: news[name] for name in unknown}, **plain(known)}, [])

    @_told
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Live against wanted. `_olds` are outputs, fresh ones after a refresh."""
        known, unknown, wrong = parse_known(self.kind.args, _news)
        if wrong:
            raise Problem("; ".join(f"{name} {text}" for name, text in wrong))
        handler = self._handler(_olds)
        state = self._typed(self.kind.state, _olds)
        handler.remember(state)
        found = changes(state, known, self.kind.args, unknown)
        replaces = [change.field for change in found if change.replaces]
        if not replaces:
            handler.keep(_id)
        for sentence in sentences(handler, found, state):
            say(self.context.redact(sentence))
        return DiffResult(changes=bool(found), replaces=replaces)

    @_told
    def create(self, props: dict[str, Any]) -> CreateResult:
        handler = self._handler(props)
        self.context.steps.refuse_while_open()
        try:
            object_id, state = handler.create(self._typed(self.kind.args, props))
        except Begun as begun:
            self.context.steps.open(begun.order)
            object_id, state = begun.object_id, begun.state
        return CreateResult(object_id, self._outputs(state))

    @_told
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Fresh outputs, and fresh inputs too: without them the engine misses drift (pulumi#13839)."""
        handler = self._handler(props)
        recorded = self._typed(self.kind.state, props)
        handler.remember(recorded)
        state = handler.read(id_, recorded)
        if state is None:
            say(self.context.redact(handler.gone(recorded)))
            return ReadResult("", {})  # ReadResult() would fail in the server
        outs = self._outputs(state)
        return ReadResult(id_, outs, {name: outs[name] for name in self.kind.args.model_fields if name in outs})

    @_told
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """All outputs go back, always: what is missing would be wiped from the state (pulumi#7809)."""
        handler = self._handler(_olds)
        self.context.steps.refuse_while_open()
        state = self._typed(self.kind.state, _olds)
        return UpdateResult(self._outputs(handler.update(_id, state, self._typed(self.kind.args, _news))))

    @_told
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        self._handler(_props).delete(_id, self._typed(self.kind.state, _props))
