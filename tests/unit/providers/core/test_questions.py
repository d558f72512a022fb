"""What one vendor's resources ask of another's: the composition root answers every question."""

from __future__ import annotations

import inspect

import pytest

from providers.core import questions
from providers.wiring import Context

PROTOCOLS = [
    found
    for found in vars(questions).values()
    if getattr(found, "_is_protocol", False) and found.__module__ == questions.__name__
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_question_is_answered_in_the_same_words(protocol: type) -> None:
    for name, call in vars(protocol).items():
        if inspect.isfunction(call) and not name.startswith("_"):
            assert (
                inspect.signature(getattr(Context, name)).parameters.keys() == inspect.signature(call).parameters.keys()
            )
            assert call.__doc__


def test_there_are_questions() -> None:
    assert {"MintGate", "KeyHolder"} <= {protocol.__name__ for protocol in PROTOCOLS}
