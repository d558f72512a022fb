"""Asking a person: one line that says what is meant, a default where there is one, and a trial after each step."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import click

from providers.core.configuration import Configuration, environment_name
from providers.core.problems import Problem
from stacks.onboarding.catalogue import Setting, catalogue, flaws
from stacks.onboarding.steps import STEPS, Step
from stacks.onboarding.trials import Trials


class Interview:
    """`values` starts as what the command line gave, and ends as all answers, secrets among them."""

    def __init__(self, values: dict[str, str], environment: Mapping[str, str]) -> None:
        self.values = values
        self._environment = environment
        self._known = catalogue()
        self._answered: set[str] = set()

    def run(self) -> None:
        """Raises `click.Abort` at Ctrl-C."""
        for step in STEPS:
            keys = step.keys(Configuration(self.values, self._environment))
            if keys:
                click.secho(f"\n{step.title}", bold=True)
                self._take(step, keys)

    def _take(self, step: Step, keys: tuple[str, ...]) -> None:
        for key in keys:
            self._settle(self._known[key])
        while step.trial:
            try:
                _say(f"ok: {step.trial(Trials(self.values, self._environment))}", "green")
                return
            except Problem as problem:
                _say(str(problem), "yellow")
            if not click.confirm("  Answer again (Enter keeps an answer), and try once more?", default=True):
                return
            for key in keys:
                self._ask(self._known[key])

    def _settle(self, setting: Setting) -> None:
        """What is given and right is not asked for."""
        key = setting.key
        if environment_name(key) in self._environment:
            click.echo(f"  {key}: from {environment_name(key)}, not written down.")
            return
        if key in self._answered:
            return
        if key in self.values and self._holds(setting, self.values[key]):
            return
        self.values.pop(key, None)  # a wrong one is no default
        self._ask(setting)

    def _ask(self, setting: Setting) -> None:
        if environment_name(setting.key) in self._environment:
            return
        while True:
            answer = self._prompt(setting).strip()
            if self._holds(setting, answer):
                self.values[setting.key] = answer
                self._answered.add(setting.key)
                return

    def _prompt(self, setting: Setting) -> str:
        if setting.meaning and setting.key not in self._answered:
            click.secho(f"  {setting.meaning}", dim=True)
        before = self.values.get(setting.key) or setting.default
        found: str = click.prompt(
            f"  {setting.key}",
            default=before if before or not setting.required else None,
            hide_input=setting.secret,
            show_default=bool(before) and not setting.secret,
            type=click.Choice(setting.choices) if setting.choices else str,
        )
        return found

    def _holds(self, setting: Setting, answer: str) -> bool:
        """Tells what is wrong with an answer, if anything is."""
        wrong = flaws({**self.values, setting.key: answer}, self._environment, setting.namespace).get(setting.key)
        if wrong:
            _say(f"{setting.key}: {wrong}", "yellow")
        return not wrong


def _say(sentence: str, colour: str) -> None:
    click.secho(in_80_columns(sentence, "  "), fg=colour)


def in_80_columns(words: str, indent: str = "") -> str:
    """Addresses and commands stay in one piece, to be copied."""
    return textwrap.fill(
        words, 80, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
