"""What can go wrong: fields for programs, which make one sentence for a person.

    ProviderError             what is wrong, what to do next, and where it is written down
    ├── SettingError          a setting is missing or wrong; names it
    │   └── MissingSetting    it has no value yet
    ├── GuardViolation        we could, but must not: a guard or a promise stands in the way
    ├── ManualActionRequired  only a person can do the next step; says which screen
    │   └── WorkOrder         the step itself, line by line
    ├── NotObservable         no driver can look, so nothing is known; not knowing is never "fine"
    ├── Defect                a mistake of ours: says where it is, and never what it held
    └── RemoteError           a site or a console said no, or could not be understood
        ├── Unauthenticated   401: the credentials were refused
        ├── PermissionDenied  403: signed in, but the role lacks a right
        ├── NotFound          404: no such object, in words that the site itself chose
        ├── Conflict          the object exists already, or is in use
        ├── Unavailable       429 or 503, after the waiting that was reasonable
        └── OutcomeUnknown    no usable answer; the other side may have acted all the same

A problem's text never holds a secret: the adapter redacts it once more before it leaves the process.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

if TYPE_CHECKING:
    from providers.http.errors import TransportError


class Texts(TypedDict, total=False):
    """What a problem may say beside its summary."""

    detail: str
    next_step: str
    setting: str
    page: str


class ProviderError(Exception):
    """What is wrong, and what to do about it. Everything a user sees as an error is one of these.

    Args:
        summary: What is wrong. It and the next step may leave their full stop out; a colon introduces the detail.
        detail: Further sentences: why it is so, what was meant, what the other side said.
        next_step: What to do about it.
        setting: The setting that is concerned, as the contract spells it.
        page: Where the documentation speaks of it: a path in this project.
    """

    transient: bool = False
    """Whether the same may do well later: weather, and no refusal."""

    def __init__(
        self, summary: str, *, detail: str = "", next_step: str = "", setting: str = "", page: str = ""
    ) -> None:
        super().__init__(summary)
        self.summary = summary
        self.detail = detail.strip()
        self.next_step = next_step
        self.setting = setting
        self.page = page

    @property
    def headline(self) -> str:
        """The summary as `str()` begins with it."""
        return self.summary

    def __str__(self) -> str:
        """Make one sentence of the fields, for a person."""
        return self._joined(self.headline)

    def _joined(self, head: str) -> str:
        """With next step and detail: `it is gone; run it again. It was here yesterday.`"""
        if self.next_step:
            head += (" " if _is_closed(head) else "; ") + self.next_step
        return " ".join(filter(None, (head if _is_closed(head) else f"{head}.", self.detail)))

    def fields(self) -> dict[str, str]:
        """Return the fields by name, empty ones too: for JSON, diagnostics and reports."""
        return {name: getattr(self, name) for name in ("summary", "detail", "next_step", "setting", "page")}

    def with_more(self, detail: str) -> Self:
        """Make a copy that says a further sentence at its end."""
        copy = self.map_texts(str)
        copy.detail = f"{self.detail}{'' if _is_closed(self.detail) or not self.detail else '.'} {detail}".strip()
        return copy

    def map_texts(self, change: Callable[[str], str]) -> Self:
        """Make a copy, without a trace of where it came from, in which every text has passed through `change`."""
        copy = type(self).__new__(type(self))
        vars(copy).update({key: change(text) if isinstance(text, str) else text for key, text in vars(self).items()})
        copy.args = (copy.summary,)
        return copy


def _is_closed(text: str) -> bool:
    return text.endswith((".", "?", "!", ":"))


class SettingError(ProviderError):
    """A setting is missing or wrong: its sentence begins with the setting's name."""

    def __init__(self, setting: str, summary: str, *, detail: str = "", next_step: str = "", page: str = "") -> None:
        super().__init__(summary, detail=detail, next_step=next_step, setting=setting, page=page)

    @property
    def headline(self) -> str:
        """The setting's name and the summary."""
        return f"{self.setting}: {self.summary}"

    @property
    def sentence(self) -> str:
        """All of it but for the setting's name."""
        return self._joined(self.summary)


class MissingSetting(SettingError):
    """A setting that has to be given has no value."""


class GuardViolation(ProviderError):
    """A guard stands in the way. `lift` is the setting that lifts it, if any does."""

    def __init__(self, summary: str, *, lift: str | None = None, **texts: Unpack[Texts]) -> None:
        texts.setdefault("setting", lift or "")
        super().__init__(summary, **texts)
        self.lift = lift


class ManualActionRequired(ProviderError):
    """Only a person at a screen can go on."""


class WorkOrder(ManualActionRequired):
    """What a person does at a screen, as Markdown: the only problem whose text has lines. Never holds a secret.

    `<tenant>` stands in it for the stack's name, which whoever shows it fills in. Its title is its summary.
    """

    def __init__(self, title: str, markdown: str) -> None:
        super().__init__(title)
        self.markdown = markdown

    @property
    def title(self) -> str:
        """What is to be done, in a few words."""
        return self.summary

    def __str__(self) -> str:
        """Give the whole order."""
        return self.markdown


class NotObservable(ProviderError):
    """What a console holds can't be read without a gateway. Says what is therefore unknown."""


class Defect(ProviderError):
    """An exception that nobody foresaw."""

    @classmethod
    def of(cls, bug: Exception, verb: str, kind: str) -> Defect:
        """Say where it happened, but never what: the values in a traceback may be secrets."""
        frame = traceback.extract_tb(bug.__traceback__)[-1]
        location = f"{frame.name} ({frame.filename.rpartition('/')[2]}:{frame.lineno})"
        return cls(
            f"unexpected {type(bug).__name__} in {location} during {verb} of {kind}",
            next_step="this is a defect of umbrella-psa, please report it",
        )


class RemoteError(ProviderError):
    """The other side refused. Keeps its status, code and field for whoever must decide on them."""

    def __init__(
        self, summary: str, *, status: int | None = None, code: str = "", field: str = "", **texts: Unpack[Texts]
    ) -> None:
        super().__init__(summary, **texts)
        self.status = status
        self.code = code
        self.field = field
        if status == 429 or (status and status >= 500 and status != 501):  # 501: a screen that nobody knows
            self.transient = True

    @staticmethod
    def of(error: TransportError, **texts: Unpack[Texts]) -> RemoteError:
        """Say what went wrong below HTTP as the other side's problem; `texts` add to it.

        Where a setting of ours is to blame, none of the other side's is.
        """
        told = RemoteError(error.summary, **_explain_transport(error, texts))
        told.transient = error.transient
        return told


class Unauthenticated(RemoteError):
    """401."""


class PermissionDenied(RemoteError):
    """403."""


class NotFound(RemoteError):
    """404 with a well-formed body: the site itself says that the object does not exist."""


class Conflict(RemoteError):
    """The object exists already, or something still uses it."""


class Unavailable(RemoteError):
    """The other side asked for a longer wait than a run has time for."""

    transient = True


class OutcomeUnknown(RemoteError):
    """No usable answer came. `sent`: the other side may have acted all the same."""

    transient = True

    def __init__(self, summary: str, *, sent: bool, **texts: Unpack[Texts]) -> None:
        super().__init__(summary, **texts)
        self.sent = sent

    @staticmethod
    def of(error: TransportError, **texts: Unpack[Texts]) -> OutcomeUnknown:
        """Say the same where something may have been done; it passes only if what went wrong below HTTP does."""
        told = OutcomeUnknown(error.summary, sent=error.sent, **_explain_transport(error, texts))
        told.transient = error.transient
        return told


def _explain_transport(error: TransportError, texts: Texts) -> Texts:
    if error.setting:
        texts = {"setting": error.setting}
    texts.setdefault("next_step", error.next_step)
    return texts


def raise_first(errors: Iterable[ProviderError]) -> None:
    """Raise the first of what was found, if anything was."""
    for error in errors:
        raise error
