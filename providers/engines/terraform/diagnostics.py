"""How errors and sentences leave the process: as diagnostics, with the attribute that they are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import local

from providers.core import notices
from providers.core.configuration import to_environment_name
from providers.core.errors import ProviderError, WorkOrder
from providers.core.terms import Terms
from providers.engines.terraform.protocol import tfplugin6_pb2 as pb

Path = Sequence[str | int]

SETTING = "setting:"
"""What the terms call the place of a setting, with the setting behind it."""

_SETTING = re.compile(rf"`{SETTING} ?(?:--secret )?(\w+:)?(\w+)( [^`]*)?`")
_LINE = re.compile(rf"(?m)^( *){SETTING} (--secret )?([\w:]+)(?: (\S+))?$")


def make_terms(engine: str) -> Terms:
    """Name the commands of `terraform` or `tofu`."""
    return Terms(
        apply=f"{engine} apply",
        destroy=f"{engine} destroy",
        set_setting=SETTING,
        remove_setting=SETTING,
        secret_option="--secret",  # noqa: S106 - no secret but an option
        tenant_option="",
        # Nothing is recorded of a configuration: every run has it as it is now.
        fresh_option="the same",
        without_refresh="-refresh=false",
        show_pair=f"{engine} output -json",
    )


def word(text: str) -> str:
    """Name settings as a configuration spells them, `connectwise.private_key`; what is to be copied sets a variable."""
    text = _LINE.sub(lambda found: found[1] + _set_variable(found[3], found[4], bool(found[2])), text)
    return _SETTING.sub(lambda found: f"`{_spell(found[1] or '', found[2])}`", text)


def _set_variable(key: str, value: str | None, secret: bool) -> str:
    name = to_environment_name(key)
    if secret or value is None:
        return f"read -rs {name} && export {name}"  # no secret in a shell's history
    return f"export {name}={value}"


def _spell(namespace: str, name: str) -> str:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return f"{namespace.replace(':', '.')}{snake}"


def make_path(path: Path) -> pb.AttributePath | None:
    """Spell a path: an attribute, in a block's `block.attribute`, then keys of maps and places in lists."""
    if not path:
        return None
    first, *rest = path
    steps = [pb.AttributePath.Step(attribute_name=name) for name in str(first).split(".")]
    for step in rest:
        key = {"element_key_int": step} if isinstance(step, int) else {"element_key_string": step}
        steps.append(pb.AttributePath.Step(**key))
    return pb.AttributePath(steps=steps)


def make_error(error: ProviderError, path: Path = (), tenant: str = "") -> pb.Diagnostic:
    """Make an error of a problem: its sentence is the summary; a work order has lines, which an engine keeps below."""
    if isinstance(error, WorkOrder):
        text = str(error).replace("<tenant>", tenant or "<tenant>")
        return _make(pb.Diagnostic.ERROR, error.title, word(text), path)
    return _make(pb.Diagnostic.ERROR, word(" ".join(str(error).split())), "", path)


def make_warning(sentence: str, detail: str = "", path: Path = ()) -> pb.Diagnostic:
    """Make a warning; an engine merges those of one summary, so each sentence is its own."""
    return _make(pb.Diagnostic.WARNING, word(sentence), word(detail), path)


def _make(severity: pb.Diagnostic.Severity, summary: str, detail: str, path: Path) -> pb.Diagnostic:
    return pb.Diagnostic(severity=severity, summary=summary, detail=detail, attribute=make_path(path))


class Sentences:
    """What is said while a call is answered, by thread: an engine swallows what a plug-in prints."""

    def __init__(self) -> None:
        self._said = local()
        notices.redirect(self._hear)

    def _hear(self, sentence: str) -> None:
        hear: Callable[[str], None] | None = getattr(self._said, "hear", None)
        if hear:
            hear(sentence)

    @contextmanager
    def collected(self) -> Iterator[list[str]]:
        """Collect what this thread is told."""
        sentences: list[str] = []
        self._said.hear = sentences.append
        try:
            yield sentences
        finally:
            self._said.hear = None
