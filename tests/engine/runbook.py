"""A page of docs/runbooks, played on a tenant as an operator would."""

from __future__ import annotations

import os
import re
import subprocess

from providers.engines.pulumi.warm import WITH_PROGRAM
from tests.engine.workspace import DEADLINE, PASSPHRASE, ROOT, Stack

PAGES = ROOT / "docs" / "runbooks"
ONE_RUN = re.compile(rf"pulumi ((?:{'|'.join(WITH_PROGRAM)})(?: [\w./:=-]+)*)")
# The engine's own words for --yes and --skip-preview, since nobody is asked here.
ASKED_NOTHING = {"PULUMI_SKIP_CONFIRMATIONS": "true", "PULUMI_OPTION_SKIP_PREVIEW": "true"}
BLOCK = re.compile(r"^( *)```console\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


def squeeze(text: str) -> str:
    """The pages wrap what a terminal does not."""
    return " ".join(text.split())


class Page:
    """One runbook, and the tenant that it is played on."""

    def __init__(self, name: str, stack: Stack) -> None:
        self._text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
        lines = [line.strip() for _, block in BLOCK.findall(self._text) for line in block.splitlines()]
        self._unplayed = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        self._stack = stack

    def play(
        self,
        command: str,
        *says: str,
        expect: int = 0,
        given: str = "",
        shows: bool = False,
        at: dict[str, str] | None = None,
    ) -> str:
        """Run the page's next command. `says`: what stands in the page and in the answer alike. `shows`: a secret."""
        assert self._unplayed, f"the page does not say `{command}`"
        assert self._unplayed.pop(0) == command
        text = self._run(command.replace("<new public key>", given), given, expect, at or {})
        if not shows:
            self._stack.seen.append(text)
        for sentence in says:
            assert squeeze(sentence) in squeeze(self._text), f"the page does not say {sentence!r}"
            assert squeeze(sentence) in squeeze(text), f"{command} did not say {sentence!r}:\n{text}"
        return text

    def _run(self, command: str, given: str, expect: int, environment: dict[str, str]) -> str:
        named = re.sub(r"\bacme\b", self._stack.name, command)
        if plain := ONE_RUN.fullmatch(named):  # on a warm engine
            words = plain[1].split()
            text = self._stack.run_pulumi(*words, expect=expect, **ASKED_NOTHING, **environment).text
            return text.replace(self._stack.name, "acme")
        done = subprocess.run(
            ["bash", "-c", named],
            cwd=self._stack.workspace.project,
            env=make_shell_environment(self._stack) | environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
        )
        text = done.stdout + done.stderr
        assert done.returncode == expect, f"{command} exited {done.returncode}:\n{text}"
        return text.replace(self._stack.name, "acme")

    def is_played(self) -> None:
        assert self._unplayed == [], "commands of the page that no test plays"


def make_shell_environment(stack: Stack) -> dict[str, str]:
    """An operator's environment."""
    return {
        **os.environ,
        "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": stack.workspace.backend_url,
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        **ASKED_NOTHING,
        "PULUMI_OPTION_COLOR": "never",
    }
