"""What can go wrong, as sentences for a person.

    Problem                 one sentence: what, why, and what to do next
    ├── BadSetting          a setting is missing or wrong; names it
    ├── Refusal             we could, but must not: a guard or a promise stands in the way
    ├── PersonNeeded        only a person can do the next step; says which screen
    │   └── WorkOrder       the step itself, line by line
    ├── Unseen              no hand can look, so nothing is known; not knowing is never "fine"
    └── RemoteProblem       a site or a console said no, or could not be understood
        ├── NotSignedIn     401: the credentials were refused
        ├── NotPermitted    403: signed in, but the role lacks a right
        ├── NotThere        404: no such object, in words that the site itself chose
        ├── Conflict        the object exists already, or is in use
        ├── Overloaded      429 or 503, after the waiting that was reasonable
        └── LostAnswer      no usable answer; the other side may have acted all the same

A problem's text never holds a secret: the adapter redacts it once more before it leaves the process.
"""

from __future__ import annotations


class Problem(Exception):
    """A sentence with a cause and a next step. Everything a user sees as an error is one of these."""


class BadSetting(Problem):
    """A setting is missing or wrong. `key` is the setting's name as the contract spells it."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(f"{key}: {sentence}")
        self.key = key


class Refusal(Problem):
    """A guard stands in the way. `lift` is the setting that lifts it, if any does."""

    def __init__(self, sentence: str, *, lift: str | None = None) -> None:
        super().__init__(sentence)
        self.lift = lift


class PersonNeeded(Problem):
    """Only a person at a screen can go on."""


class WorkOrder(PersonNeeded):
    """What a person does at a screen, as Markdown: the only problem whose text has lines. Never holds a secret.

    `<tenant>` stands in it for the stack's name, which whoever shows it fills in.
    """

    def __init__(self, title: str, markdown: str) -> None:
        super().__init__(markdown)
        self.title = title


class Unseen(Problem):
    """What a console holds can't be looked at without a gateway. Says what is therefore unknown."""


class RemoteProblem(Problem):
    """The other side refused. Keeps its status, code and field for whoever must decide on them."""

    def __init__(self, sentence: str, *, status: int | None = None, code: str = "", field: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code
        self.field = field


class NotSignedIn(RemoteProblem):
    """401."""


class NotPermitted(RemoteProblem):
    """403."""


class NotThere(RemoteProblem):
    """404 with a well-formed body: the site itself says that the object does not exist."""


class Conflict(RemoteProblem):
    """The object exists already, or something still uses it."""


class Overloaded(RemoteProblem):
    """The other side asked for more patience than a run has."""


class LostAnswer(RemoteProblem):
    """No usable answer came. `sent`: the other side may have acted all the same."""

    def __init__(self, sentence: str, *, sent: bool) -> None:
        super().__init__(sentence)
        self.sent = sent
