"""Tags: how a key says whose it is, without a secret in it.

A key's description ends in `[psa:<owner>.<generation>.<attempt>]`. Only `owner` decides anything: keys of the same
owner that are not the current one are left-overs of a rotation, a crash, a restored state or a second machine.
Generation and attempt are for people who read the site's list of keys.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

_TAG = re.compile(r"\[psa:([0-9a-f]{12})\.([0-9a-f]{6})\.([0-9a-f]{6})\]\s*$")


@dataclass(frozen=True)
class Tag:
    """The three parts, each lower-case hexadecimal: 12, 6 and 6 digits."""

    owner: str
    generation: str
    attempt: str

    @property
    def name(self) -> str:
        """How a key is called whose number nobody has seen."""
        return f"psa:{self.owner}.{self.generation}.{self.attempt}"

    def __str__(self) -> str:
        """Write it as a description ends in it."""
        return f"[{self.name}]"


def _hash(length: int, *parts: str) -> str:
    # The parts are separated by a character that none of them can hold, so no two lists collide by joining.
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:length]


def hash_owner(project: str, tenant: str, company: str, console: str, resource: str) -> str:
    """Who a key belongs to: 12 hexadecimal digits, the same on every machine that runs this stack.

    `company` stands at the screens' host, which is one however the site is spelled. The formula is final: another one
    would disown every key that is out there.
    """
    return _hash(12, project, tenant, company, console, resource)


def make_tag(owner: str, rotate: str, minted_on: str) -> Tag:
    """Make a tag for one attempt at minting."""
    return Tag(owner, _hash(6, rotate, minted_on), secrets.token_hex(3))


def belongs_to(description: str, owner: str) -> bool:
    """Whether a key says that it is this owner's."""
    tag = parse_tag(description)
    return tag is not None and tag.owner == owner


def parse_tag(description: str) -> Tag | None:
    """Read the tag at the end of a key's description, if there is one."""
    match = _TAG.search(description)
    return Tag(*match.groups()) if match else None
