"""Where a person enters the key: recorded as open, ended by their word, and unknown in every read."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from providers.console.contract import PsaIntegration
from providers.core.problems import Refusal, Unseen, WorkOrder
from providers.core.steps import Begun
from tests.unit.providers.core.verdict import compare
from tests.unit.providers.umbrella.fakes import NOTHING, Sink
from tests.unit.providers.umbrella.test_psa_integration import ID, args, handler, held, state


class Screen(Sink):
    """A console that only a person sees: their word is `said`."""

    said = ""

    def integration(self) -> PsaIntegration:
        if self.said == "none":
            return NOTHING
        raise Unseen(f"nobody sees what {id(self)} holds")

    def write(self, public_key: str, private_key: SecretStr, over: str | None = None) -> PsaIntegration:
        if self.said != public_key:
            raise WorkOrder("enter it", "## enter it")
        return super().write(public_key, private_key)

    def clear(self) -> None:
        raise WorkOrder("remove it", "## remove it")


def test_a_persons_step_is_recorded_as_open_and_ends_with_their_word_for_this_key(
    capsys: pytest.CaptureFixture[str],
) -> None:
    screen = Screen()
    with pytest.raises(Begun) as begun:
        handler(screen).create(args())
    waiting = begun.value.state
    assert (begun.value.object_id, waiting.public_key, waiting.pending) == (ID, "", "enter it")
    verdict = compare(handler(screen), waiting, args())
    assert verdict.fields == ["public_key", "pending"]
    assert [words.partition(".")[0] for words in verdict.words] == [
        "Open step for a person when this run began: enter it"
    ]
    with pytest.raises(WorkOrder):
        handler(screen).update(ID, waiting, args())
    screen.said = "oursPublicKey"
    done = handler(screen).update(ID, waiting, args())
    assert done == state()
    assert handler(screen).read(ID, done) == done
    assert f"nobody sees what {id(screen)} holds" in capsys.readouterr().out


def test_a_persons_console_is_left_with_their_word_alone() -> None:
    screen = Screen(held())
    with pytest.raises(WorkOrder):
        handler(screen).delete(ID, state())
    screen.said = "none"
    handler(screen).delete(ID, state())
    assert handler(screen).read(ID, state()) is None


@pytest.mark.parametrize("theirs", [held("theirsPublicKey"), PsaIntegration(kind="Autotask", enabled=True)])
def test_an_open_step_gives_no_right_to_what_a_gateway_then_finds(theirs: PsaIntegration) -> None:
    with pytest.raises(Begun) as begun:
        handler(Screen()).create(args())
    console = Sink(theirs)
    live = handler(console).read(ID, begun.value.state)
    assert live is not None
    words = compare(handler(console), live, args()).words
    assert any("Autotask" in one or "theirsPublicKey" in one for one in words), words
    one = handler(console)
    with pytest.raises(Refusal, match="which is not ours; set umbrella:adopt to any"):
        one.update(ID, live, args())
    assert console.writes == []
