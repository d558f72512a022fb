"""One resource for every kind: an engine's four questions, answered by the service.

A row whose object is gone stays, with the reason in `lost`, and its next update makes the object anew: so what was
there before comes along, and neither a new role nor a new key is made by somebody who knows nothing of the old one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from providers.core.errors import GuardViolation
from providers.core.notices import print_once
from providers.core.terms import terms
from providers.core.values import to_plain
from providers.engines.terraform.configuration import Problem
from providers.engines.terraform.escrow import KeyEscrow
from providers.engines.terraform.planning import Wish, plan_change, plan_creation
from providers.engines.terraform.rows import keep_promises, keep_spelling, make_row
from providers.engines.terraform.schema import ID, LOST, Kind
from providers.engines.terraform.session import WITHHELD, Session
from providers.engines.terraform.wire import UNKNOWN, Row, clean, split_unknown
from providers.kinds import load_handler
from providers.service import Checked


@dataclass
class Answer:
    """What an engine is told: a row or None, and what a person should know."""

    row: Row | None
    sentences: list[tuple[str, str]] = field(default_factory=list)
    """Each with further lines, if any."""
    problems: list[Problem] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)


class Resource:
    """Every kind's resource, for one configured provider."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._service = session.service
        self._escrow = KeyEscrow(session)

    def read(self, kind: Kind, row: Row, *, imported: bool = False) -> Answer:
        """Look at the object; one that is gone stays in the state as lost, unless it was only just imported."""
        self._session.begin_looking()
        self._note(kind, row)
        if self._can_not_look(kind, row):
            return Answer(row)
        lost, sentences = self._escrow.look(row) if kind.name == "ApiKey" else ("", [])
        if lost:
            return Answer({**row, LOST.name: lost}, [(sentence, "") for sentence in sentences])
        found = self._service.read(kind.name, row[ID.name], self._session.make_bag(kind, row))
        if found.state is None and imported and not kind.traits.renews:
            return Answer(None)
        if found.state is None:
            return Answer({**row, LOST.name: "object"}, [(found.missing, "")])
        live = keep_spelling(kind, make_row(kind, row[ID.name], found.state), row)
        # What was found elsewhere for this look is in no state.
        return Answer(live | {name: row[name] for name in ("private_key",) if name in row})

    def plan(self, kind: Kind, prior: Row | None, config: Row) -> Answer:
        """Compare what is live with what is asked for."""
        wish, failures = self._check(kind, prior, config)
        if failures:
            return Answer(prior, problems=failures)
        if prior is None:
            self._refuse_second(kind, config)
            return Answer(self._escrow.plan(kind, plan_creation(kind, wish), prior))
        self._note(kind, prior)
        bag = self._session.make_bag(kind, prior)
        asked = {name: value for name, value in wish.checked.items() if name not in wish.unknown}
        comparable = to_plain(asked) | self._session.withhold(kind, bag)
        plan = self._service.plan(kind.name, prior[ID.name], bag, comparable, wish.unknown)
        wish.changed = frozenset(change.field for change in plan.changes)
        planned = plan_change(kind, prior, wish)
        if planned.replaces:
            self._session.replaced.add(kind.name)
        row = self._escrow.plan(kind, planned.row, prior)
        sentences = [] if prior.get(LOST.name) else list(plan.sentences)
        return Answer(row, [(sentence, "") for sentence in sentences], replaces=planned.replaces)

    def plan_deletion(self) -> None:
        """Nothing is to be said of it, nor asked. An engine's `test` plans its end without a look at anything."""
        self._session.begin_looking()

    def apply(self, kind: Kind, prior: Row | None, planned: Row, config: Row) -> Answer:
        """Do what was planned. What goes wrong leaves the row as it was: the next run looks and goes on from there."""
        self._session.begin_writing()
        inputs = self._session.make_inputs(kind, planned, config)
        if prior is None:
            live = self._make(kind, inputs)
        elif planned.get(ID.name) is UNKNOWN:
            self._recall(kind, prior, inputs)
            live = self._make(kind, inputs)
        else:
            live = self._change(kind, prior, planned, inputs)
        row = keep_promises(self._escrow.keep(kind, live, prior), planned)
        waiting = [(f"A person must go on: {row.get('pending')}.", str(row.get("work_order") or ""))]
        return Answer(row, waiting if row.get("pending") else [])

    def delete(self, kind: Kind, row: Row) -> None:
        """Remove the object, unless somebody depends on it or it is to be kept."""
        self._session.begin_writing()
        self._service.delete(kind.name, row[ID.name], self._session.make_bag(kind, row))

    def _check(self, kind: Kind, prior: Row | None, config: Row) -> tuple[Wish, list[Problem]]:
        handler = load_handler(kind.name)
        filled = self._session.tenant.fill(kind.name)
        asked = {name: clean(value) for name, value in config.items() if name in handler.args.model_fields}
        asked |= {name: value for name, value in filled.items() if name in handler.args.model_fields}
        known, unknown = split_unknown(self._session.complete(asked))
        for name in kind.write_only:
            # It has no past to be compared with, and a plan looks at none.
            if kind.fields[name].sensitive:
                known[name], unknown = WITHHELD, unknown - {name}
        if prior is None and kind.name == "SecurityRole":
            # Right before it is made, a role that takes another's place is planned once more, by a process that was
            # shown nothing of the state.
            self._service.composition.recognize_held_key(filled["owner"])
        # A key that takes a lost one's place is a new one: its day is today.
        anew = prior is None or (kind.traits.renews and prior.get(LOST.name))
        bag = {} if prior is None or anew else self._session.make_bag(kind, prior)
        old = {name: value for name, value in bag.items() if name in handler.args.model_fields}
        checked = self._service.check(kind.name, old or None, known, unknown)
        return Wish(config, dict(checked.inputs), unknown), _locate(kind, checked)

    def _make(self, kind: Kind, inputs: Row) -> Row:
        made = self._service.create(kind.name, inputs)
        return make_row(kind, made.id, made.state)

    def _recall(self, kind: Kind, prior: Row, inputs: Row) -> None:
        """Let the service see what is to be made anew: the step that does it may depend on what is on record."""
        self._note(kind, prior)
        self._service.plan(kind.name, prior[ID.name], self._session.make_bag(kind, prior), inputs)

    def _change(self, kind: Kind, prior: Row, planned: Row, inputs: Row) -> Row:
        self._note(kind, prior)
        object_id, bag = prior[ID.name], self._session.make_bag(kind, prior)
        if kind.name == "KeyRetirement" and not self._can_retire(prior):
            bag["public_key"] = ""
            print_once(
                f"Whether the API key {prior['public_key']} still works can't be known: its private half is nowhere "
                "any more. Look at the member's keys at the site, and delete it there."
            )
        if kind.name == "VaultSecret":
            # The mint has put a new pair there since the refresh.
            fresh = self._service.read(kind.name, object_id, bag).state
            bag = to_plain(fresh) if fresh else bag
        comparable = inputs | self._session.withhold(kind, bag)
        if not self._service.plan(kind.name, object_id, bag, comparable).changes:
            return {**prior, **{name: planned[name] for name in planned if planned[name] is not UNKNOWN}}
        return make_row(kind, object_id, self._service.update(kind.name, object_id, bag, inputs))

    def _note(self, kind: Kind, row: Row) -> None:
        """Take note of what a row says: later rows of this run may depend on it."""
        self._session.rows[kind.name, row[ID.name]] = _get_unique(kind, row)
        if kind.name == "ApiKey":
            self._session.pairs.remember(str(row.get("public_key") or ""), str(row.get("private_key") or ""))

    def _can_retire(self, prior: Row) -> bool:
        """Tell whether a key that is replaced can be told to be dead: a person's only by signing in with it."""
        return self._session.tenant.connectwise.driver != "manual" or self._escrow.find_for(prior)

    def _can_not_look(self, kind: Kind, row: Row) -> bool:
        """Tell a proof of an earlier key: it has no private half to sign in with any more, and is due in any case."""
        return kind.name == "AccessProof" and not self._escrow.find_for(row)

    def _refuse_second(self, kind: Kind, config: Row) -> None:
        """Refuse what would stand for the same object as a row that is there: its deletion would be this one's."""
        shown = {unique for (name, _), unique in self._session.rows.items() if name == kind.name}
        if not kind.traits.irreplaceable or _get_unique(kind, config) not in shown:
            return
        another = ": another `rotate` means a new key" if kind.traits.renews else ""
        next_step = f"run `{terms().apply}` without -replace, or untaint it{another}"
        if kind.name in self._session.replaced:
            next_step = f"end the renaming that was cut off: run `{terms().apply}` with that name, then with this one"
        raise GuardViolation(kind.traits.irreplaceable, next_step=next_step, page="docs/terraform.md")


def _get_unique(kind: Kind, row: Row) -> str:
    return str(row.get(kind.traits.unique) or "").casefold()


def _locate(kind: Kind, checked: Checked) -> list[Problem]:
    return [((name,) if name in kind.attributes else (), error) for name, error in checked.failures]
