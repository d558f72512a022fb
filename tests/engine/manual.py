"""The person who does a stack's manual steps under Pulumi, from the work orders that it prints."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.engine.workspace import Run, Stack
from tests.stories import person as stories
from tests.stories.person import Pair


def use_manual_driver(stack: Stack, *namespaces: str) -> Person:
    """Hand these consoles (`connectwise`, `umbrella`) to a person."""
    stories.hand_over(stack, *namespaces)
    return Person(stack)


def read_order(run: Run, title: str) -> str:
    """The run's work order with its lines: printed once, among the closing diagnostics, and whole.

    Its steps count from 1 without a gap, to a whole sentence or a command; the engine chooses which is last.
    """
    found = re.findall(r"^ {4}## Work order: (.*)$", run.text, re.MULTILINE)
    assert [each[: len(title)] for each in found] == [title], run.text
    text = run.text.partition("Diagnostics:")[2].partition("    ## Work order: ")[2]
    assert text, run.text
    lines = ["## Work order: " + text.split("\n")[0]]
    for line in text.split("\n")[1:]:
        if line.strip() and not line.startswith("    "):
            break
        lines.append(line.removeprefix("    ").rstrip())
    steps = [int(number) for number in re.findall(r"^(\d+)\. ", "\n".join(lines), re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1)) != [], run.text
    told = "\n".join(lines).strip()
    assert told.endswith(".") or " pulumi " in told.splitlines()[-1], told
    return told


@dataclass
class Person(stories.Person):
    """Does at the screens what a work order says, and hands in what it asks for."""

    stack: Stack

    def bring_up(self) -> Pair:
        """All four runs, without a word; both consoles are the person's."""
        self.stack.up(expect=1)
        self.set_levels()
        self.set_tables()
        pair = self.make_key(read_order(self.stack.up(expect=1), "make an API key"))
        self.supply_pair(pair)
        self.stack.up(expect=1)
        self.enter(pair)
        self.stack.up()
        return pair
