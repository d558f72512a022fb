"""The only entry for engines: every verb on every kind of resource, in the one right order.

*ownership → check → parse → recall the record → compare → words → create / update / delete → pending steps → redaction*

Values come and go as plain property bags, without what an engine adds of its own. Whatever is raised is a
`ProviderError` whose text holds no secret.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from providers.composition import DECIDING, Composition, compose, read_owners, read_today
from providers.connectwise.connection import unify_company_key
from providers.core.changes import Change, describe_changes, find_changes
from providers.core.configuration import Configuration
from providers.core.errors import Defect, GuardViolation, ProviderError
from providers.core.handler import Handler
from providers.core.pending_steps import ManualStepPending
from providers.core.schema import Model, sensitive_fields
from providers.core.terms import terms
from providers.core.values import InvalidFields, parse, parse_known, parse_loosely
from providers.policy import Policy

M = TypeVar("M", bound=Model)
Bag = Mapping[str, Any]


@dataclass(frozen=True)
class Checked:
    """Validated inputs, typed, with what only the service could fill in; or what is wrong, by field."""

    inputs: Bag
    failures: tuple[tuple[str, ProviderError], ...] = ()


@dataclass(frozen=True)
class Plan:
    """What would be done to bring an object to its inputs, and what a person should know of it."""

    changes: tuple[Change, ...]
    sentences: tuple[str, ...]

    @property
    def replaces(self) -> list[str]:
        """The fields that make a new object."""
        return [change.field for change in self.changes if change.replaces]


@dataclass(frozen=True)
class Made:
    """An object and its state."""

    id: str
    state: Model


@dataclass(frozen=True)
class Found:
    """What a read saw; without a state the object is certainly gone, and `missing` says so."""

    state: Model | None
    inputs: Collection[str] = ()
    missing: str = ""


class Service:
    """One configuration's resources. Shared by threads."""

    def __init__(
        self,
        composition: Composition,
        read_stated_owners: Callable[[str], Mapping[str, str]] = lambda tenant: {},
        today: Callable[[], date] = read_today,
    ) -> None:
        """`read_stated_owners` reads whose objects a tenant's own file names now; empty where there is none."""
        self.composition = composition
        self._read_stated_owners = read_stated_owners
        self._today = today

    @classmethod
    def open(
        cls,
        configuration: Configuration,
        policy: Policy,
        *,
        read_stated: Callable[[str], Mapping[str, str]] = lambda tenant: {},
        today: Callable[[], date] = read_today,
    ) -> Service:
        """Compose what the configuration asks for; contacts nobody. Raises `SettingErrors`.

        `read_stated` reads the plain settings that a tenant's own file names now.
        """

        def read_stated_owners(tenant: str) -> Mapping[str, str]:
            # Those and no others: the rest of a changed file may make no whole without its secrets.
            values = {key: value for key, value in read_stated(tenant).items() if key in DECIDING}
            return read_owners(configuration.with_values(values)) if values else {}

        return cls(compose(configuration, policy), read_stated_owners, today)

    def check(self, kind: str, old: Bag | None, new: Bag, unknown: Collection[str] = ()) -> Checked:
        """Validate inputs and fill in what is not asked for. `old`: the last inputs; None for an object to be made.

        `unknown` names the fields that a preview does not know yet. What is refused is a failure, not an exception.
        """
        with self._redacting("check", kind):
            handler = self._handler(kind)
            try:
                known = parse_known(handler.args, new, unknown)
                for bag in (old or {}, known):
                    self._refuse_foreign(bag)
                before = parse_loosely(handler.args, old) if old else None
                asked = handler.args.model_construct(**known)
                wanted = handler.check(before, asked, frozenset(unknown), self._today())
            except InvalidFields as invalid:
                wrong = ((name, ProviderError(self.redact(text))) for name, text in invalid.problems)
                return Checked(new, tuple(wrong))
            except ProviderError as error:
                return Checked(new, (("", self._redact_error(error)),))
            return Checked({name: getattr(wanted, name) for name in handler.args.model_fields if name not in unknown})

    def plan(self, kind: str, object_id: str, state: Bag, new: Bag, unknown: Collection[str] = ()) -> Plan:
        """Compare an object's state, fresh after a refresh, with checked inputs."""
        with self._redacting("diff", kind):
            handler = self._handler(kind)
            known = parse_known(handler.args, new, unknown)
            self._refuse_foreign(state)
            recorded = self._recall(handler.state, state)
            changes = find_changes(recorded, known, handler.args, unknown, handler.observed)
            if not any(change.replaces for change in changes):
                self.composition.references[kind].retain(object_id)
            sentences = (self.redact(sentence) for sentence in describe_changes(handler, changes, recorded))
            return Plan(tuple(changes), tuple(sentences))

    def create(self, kind: str, inputs: Bag) -> Made:
        """Make an object. One that a person must finish is returned as far as it is; what comes after it refuses."""
        with self._redacting("create", kind):
            handler = self._handler(kind)
            self._refuse_foreign(inputs)
            self.composition.steps.refuse_while_open()
            asked, references = self._parse(handler.args, inputs), self.composition.references[kind]
            if object_id := handler.predict_id(asked):
                references.acquire(object_id)  # also when the creation fails: it may have happened all the same
            try:
                object_id, state = handler.create(asked)
            except ManualStepPending as begun:
                self.composition.steps.open(begun.work_order)
                object_id, state = begun.object_id, begun.state
            references.acquire(object_id)
            return Made(object_id, self._hide_secrets(state))

    def read(self, kind: str, object_id: str, state: Bag) -> Found:
        """Look at an object; never writes. A failed read raises."""
        with self._redacting("read", kind):
            handler = self._handler(kind)
            self._refuse_foreign(state)
            recorded = self._recall(handler.state, state)
            self.composition.references[kind].add(object_id, adopted=bool(getattr(recorded, "adopted", False)))
            live = handler.read(object_id, recorded)
            if live is None:
                return Found(None, missing=self.redact(handler.describe_missing(recorded)))
            return Found(self._hide_secrets(live), tuple(handler.args.model_fields))

    def update(self, kind: str, object_id: str, state: Bag, inputs: Bag) -> Model:
        """Bring an object to its inputs; its whole new state."""
        with self._redacting("update", kind):
            handler = self._handler(kind)
            self._refuse_foreign(state)
            self.composition.steps.refuse_while_open()
            recorded = self._parse(handler.state, state)
            made: Model = handler.update(object_id, recorded, self._parse(handler.args, inputs))
            return self._hide_secrets(made)

    def delete(self, kind: str, object_id: str, state: Bag) -> None:
        """Remove an object, unless another row of the state stands for it, too."""
        with self._redacting("delete", kind):
            handler = self._handler(kind)
            self._refuse_foreign(state)
            recorded = self._parse(handler.state, state)
            if handler.outlives(recorded) or not self.composition.references[kind].release(object_id):
                return
            handler.delete(object_id, recorded)

    def redact(self, text: str) -> str:
        """Hide every secret that this process knows."""
        return self.composition.redactor.redact(text)

    def _handler(self, kind: str) -> Handler[Any, Any]:
        return self.composition.get_handler(kind)

    def _refuse_foreign(self, bag: Bag) -> None:
        """Refuse an object that is another company's or console's: a stack belongs to one.

        What is worked with is compared, and what the tenant's own file says now: neither vouches for the other.
        """
        tenant = bag.get("tenant")
        stated_owners = self._read_stated_owners(tenant) if isinstance(tenant, str) else {}
        for field, working in self.composition.owners.items():
            stated, recorded = stated_owners.get(field, working), bag.get(field)
            recorded = unify_company_key(recorded) if isinstance(recorded, str) else None
            if isinstance(recorded, str) and recorded != stated:
                raise GuardViolation(
                    f"this stack belongs to the {field} {recorded}, but the configuration names {stated}",
                    next_step="set the configuration back, or make a new stack for the other one",
                )
            if working != stated:
                raise GuardViolation(
                    f"this stack's file names the {field} {stated}, but the engine gave this run the configuration of "
                    f"an earlier one, which names {working}",
                    next_step=f"run `{terms().apply_fresh}` once, or, to destroy, `{terms().destroy_fresh}`, unless "
                    "the file is wrong",
                )

    def _recall(self, model: type[M], bag: Bag) -> M:
        """Parse a state, and take note of what the stack has on record: a refresh and the steps after it may run in
        processes of their own, so neither can lean on the other's."""
        state = self._parse(model, bag)
        self.composition.recall(state)
        return state

    def _parse(self, model: type[M], bag: Bag) -> M:
        return self._hide_secrets(parse(model, bag))

    def _hide_secrets(self, typed: M) -> M:
        """Make sure that this object's secrets leave the process in no sentence from here on."""
        for name in sensitive_fields(type(typed)):
            if (secret := getattr(typed, name)) is not None:
                self.composition.redactor.add(secret.get_secret_value())
        return typed

    def _redact_error(self, error: ProviderError) -> ProviderError:
        return error.map_texts(self.redact)

    @contextmanager
    def _redacting(self, verb: str, kind: str) -> Iterator[None]:
        """Let errors out without secrets, and what nobody foresaw as a `Defect`."""
        try:
            yield
        except ProviderError as error:
            raise self._redact_error(error) from None
        except Exception as bug:
            raise Defect.of(bug, verb, kind) from None
