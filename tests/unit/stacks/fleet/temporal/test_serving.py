"""Whether whoever asks and the workers can read each other, by the names of their payload keys."""

from __future__ import annotations

import pytest

from stacks.fleet.temporal.serving import Serving, compare_keys
from stacks.fleet.temporal.shared import PAYLOAD_KEYS, name_worker

WORKER = "psa@worker-a, process 7"


def make(*keys: str) -> Serving:
    return Serving.parse(WORKER + (f"{PAYLOAD_KEYS}{' '.join(keys)}" if keys else ""))


def test_a_worker_is_told_from_its_keys() -> None:
    assert make("aa", "bb") == Serving(WORKER, ("aa", "bb"))
    assert make() == Serving(WORKER)
    assert name_worker(f"{WORKER}{PAYLOAD_KEYS}aa bb") == WORKER


@pytest.mark.parametrize(
    ("ours", "workers"),
    [
        ((), [make()]),
        (("aa",), [make("aa")]),
        # A key is being replaced: the new one behind the old one, then before it.
        (("aa",), [make("aa", "bb")]),
        (("aa", "bb"), [make("bb", "aa")]),
        (("bb", "aa"), [make("aa", "bb")]),
        # Before there was a key here, and one of several that suits.
        (("aa",), [make("bb"), make("aa")]),
    ],
)
def test_one_worker_that_reads_us_and_is_read_is_enough(ours: tuple[str, ...], workers: list[Serving]) -> None:
    assert compare_keys(ours, workers) is None


@pytest.mark.parametrize(
    ("ours", "workers", "said"),
    [
        (("aa",), [make()], "no worker has the key aa, which is the first one here; the workers encrypt with: none"),
        (("aa", "bb"), [make("bb")], "no worker has the key aa"),
        ((), [make("bb"), make("aa")], "they encrypt with aa bb, and none is set"),
        (("aa",), [make("bb", "aa")], "they encrypt with bb, which is not among those that are set"),
        # One reads us, another one is read.
        (("aa", "bb"), [make("cc", "aa"), make("bb")], "they encrypt with bb cc, which is not among"),
    ],
)
def test_it_is_said_what_is_missing(ours: tuple[str, ...], workers: list[Serving], said: str) -> None:
    assert said in str(compare_keys(ours, workers))
