"""A key that is left over where only people know what the sink holds, and none has said."""

from __future__ import annotations

import pytest

from providers.connectwise.key_retirement import KeyRetirementState
from providers.core.errors import NotObservable
from tests.unit.providers.connectwise.answers import Holder
from tests.unit.providers.connectwise.test_key_retirement import OWNER, Case
from tests.unit.providers.core.verdict import compare


class Unseen(Holder):
    """Nobody has said which key is in use."""

    sink_name = "rewst"

    def holds(self, public_key: str, *, refresh: bool = False) -> bool:
        raise NotObservable(f"whether rewst holds {public_key} can't be seen, so nothing is revoked")


@pytest.fixture
def case() -> Case:
    made = Case()
    made.holder = Unseen()
    made.handler = made.of_another_run()
    return made


def test_nobody_is_sent_to_revoke_it(case: Case) -> None:
    state = case.handler.read(OWNER, KeyRetirementState(**case.args().model_dump()))
    assert state is not None
    key = case.leftover.publicKey
    assert compare(case.handler, state, case.args()).words == [
        f"The API key {key} of ours is left over and still works; whether rewst holds it can't be seen."
    ]
    case.holder.current = key
    assert compare(case.handler, state, case.args()).words == [
        f"The API key {key} is the one that comes next; rewst is still to be given it."
    ]


def test_it_is_not_revoked_either(case: Case) -> None:
    for act in (
        lambda: case.handler.create(case.args()),
        lambda: case.handler.update(OWNER, KeyRetirementState(**case.args().model_dump()), case.args()),
    ):
        with pytest.raises(NotObservable, match="so nothing is revoked"):
            act()
    assert case.left() == case.all_but()
