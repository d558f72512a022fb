"""Asking a person: one line that says what is meant, a default where there is one, and a trial after each step."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import click

from providers.core.configuration import Configuration, to_environment_name
from providers.core.errors import ProviderError
from providers.http.text import clean_lines
from providers.sink import OF_UMBRELLA
from stacks.integration import SETTING
from stacks.onboarding.catalogue import SettingInfo, find_flaws, list_settings
from stacks.onboarding.connection_tests import ConnectionTests
from stacks.onboarding.steps import STEPS, InterviewStep


class Interview:
    """`values` starts as what the command line gave, and ends as all answers, secrets among them."""

    def __init__(self, values: dict[str, str], environment: Mapping[str, str]) -> None:
        self.values = values
        self._environment = environment
        self._known = list_settings(Configuration(values, environment).get(SETTING) or OF_UMBRELLA)
        self._answered: set[str] = set()

    def run(self) -> None:
        """Ask everything, step by step. Raises `click.Abort` at Ctrl-C."""
        for step in STEPS:
            keys = step.keys(Configuration(self.values, self._environment))
            if keys:
                click.secho(f"\n{step.title}", bold=True)
                self._run_step(step, keys)

    def _run_step(self, step: InterviewStep, keys: tuple[str, ...]) -> None:
        for key in keys:
            self._ask_unless_given(self._known[key])
        while step.test:
            try:
                _print(f"ok: {step.test(ConnectionTests(self.values, self._environment))}", "green")
                return
            except ProviderError as error:
                _print(str(error), "yellow")
            if not click.confirm("  Answer again (Enter keeps an answer), and try once more?", default=True):
                return
            for key in keys:
                self._ask(self._known[key])

    def _ask_unless_given(self, setting: SettingInfo) -> None:
        """Ask, unless it is given and right."""
        key = setting.key
        if to_environment_name(key) in self._environment:
            click.echo(f"  {key}: from {to_environment_name(key)}, not written down.")
            return
        if key in self._answered:
            return
        if key in self.values and self._accepts(setting, self.values[key]):
            return
        self.values.pop(key, None)  # a wrong one is no default
        self._ask(setting)

    def _ask(self, setting: SettingInfo) -> None:
        if to_environment_name(setting.key) in self._environment:
            return
        while True:
            answer = self._prompt(setting).strip()
            if self._accepts(setting, answer):
                self.values[setting.key] = answer
                self._answered.add(setting.key)
                return

    def _prompt(self, setting: SettingInfo) -> str:
        if setting.meaning and setting.key not in self._answered:
            click.secho(f"  {setting.meaning}", dim=True)
        before = self.values.get(setting.key) or setting.default
        answer: str = click.prompt(
            f"  {setting.key}",
            default=before if before or not setting.required else None,
            hide_input=setting.secret,
            show_default=bool(before) and not setting.secret,
            type=click.Choice(setting.choices) if setting.choices else str,
        )
        return answer

    def _accepts(self, setting: SettingInfo, answer: str) -> bool:
        """Tell what is wrong with an answer, if anything is."""
        flaw = find_flaws({**self.values, setting.key: answer}, self._environment, setting.namespace).get(setting.key)
        if flaw:
            _print(f"{setting.key}: {flaw}", "yellow")
        return not flaw


def _print(sentence: str, colour: str) -> None:
    click.secho(wrap_text(clean_lines(sentence), "  "), fg=colour)


def wrap_text(text: str, indent: str = "") -> str:
    """Wrap a sentence; addresses and commands stay in one piece, to be copied."""
    return textwrap.fill(
        text, 80, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
