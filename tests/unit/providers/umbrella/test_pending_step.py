"""Where a person enters the key: recorded as open, ended by their word, and unknown in every read."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from providers.console.contract import PsaIntegration
from providers.console.drivers import Destination
from providers.core.errors import GuardViolation, NotObservable, WorkOrder
from providers.core.pending_steps import ManualStepPending
from tests.unit.providers.core.verdict import compare
from tests.unit.providers.umbrella.fakes import NOTHING, Sink
from tests.unit.providers.umbrella.test_psa_integration import ID, make_args, make_handler, make_held, make_state


class Screen(Sink):
    """A console that only a person sees: their word is `said`."""

    said = ""

    def get_integration(self) -> PsaIntegration:
        if self.said == "none":
            return NOTHING
        raise NotObservable(f"nobody sees what {id(self)} holds")

    def write(
        self, public_key: str, private_key: SecretStr, over: str | None = None, to: Destination | None = None
    ) -> PsaIntegration:
        if self.said != public_key:
            raise WorkOrder("enter it", "## enter it")
        return super().write(public_key, private_key)

    def clear(self, to: Destination | None = None) -> None:
        raise WorkOrder("remove it", "## remove it")


def test_a_persons_step_is_recorded_as_open_and_ends_with_their_word_for_this_key(
    capsys: pytest.CaptureFixture[str],
) -> None:
    screen = Screen()
    with pytest.raises(ManualStepPending) as begun:
        make_handler(screen).create(make_args())
    waiting = begun.value.state
    assert (begun.value.object_id, waiting.public_key, waiting.pending) == (ID, "", "enter it")
    verdict = compare(make_handler(screen), waiting, make_args())
    assert verdict.fields == ["public_key", "pending"]
    assert [words.partition(".")[0] for words in verdict.words] == [
        "Open step for a person when this run began: enter it"
    ]
    with pytest.raises(WorkOrder):
        make_handler(screen).update(ID, waiting, make_args())
    screen.said = "oursPublicKey"
    done = make_handler(screen).update(ID, waiting, make_args())
    assert done == make_state()
    assert make_handler(screen).read(ID, done) == done
    assert f"nobody sees what {id(screen)} holds" in capsys.readouterr().out


def test_a_persons_console_is_left_with_their_word_alone() -> None:
    screen = Screen(make_held())
    with pytest.raises(WorkOrder):
        make_handler(screen).delete(ID, make_state())
    screen.said = "none"
    make_handler(screen).delete(ID, make_state())
    assert make_handler(screen).read(ID, make_state()) is None


@pytest.mark.parametrize("theirs", [make_held("theirsPublicKey"), PsaIntegration(kind="Autotask", enabled=True)])
def test_an_open_step_gives_no_right_to_what_a_gateway_then_finds(theirs: PsaIntegration) -> None:
    with pytest.raises(ManualStepPending) as begun:
        make_handler(Screen()).create(make_args())
    console = Sink(theirs)
    live = make_handler(console).read(ID, begun.value.state)
    assert live is not None
    words = compare(make_handler(console), live, make_args()).words
    assert any("Autotask" in word or "theirsPublicKey" in word for word in words), words
    one = make_handler(console)
    with pytest.raises(GuardViolation, match="which is not ours; set umbrella:adopt to any"):
        one.update(ID, live, make_args())
    assert console.writes == []
