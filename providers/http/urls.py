"""Which addresses may be spoken to, and which belong together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from providers.http.errors import InsecureUrl, LinkRefused

if TYPE_CHECKING:
    from providers.http.message import Response

_DEFAULT_PORTS = {"http": 80, "https": 443}

# Parsers disagree about backslashes, blanks and control characters, and such disagreements send credentials astray.
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")

# RFC 8288: <target> followed by ;name=value pairs, where a quoted value may hold commas and semicolons.
_LINK = r'<([^<>]*)>((?:\s*;\s*[^\s=;,<>"]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"<>]*))?)*)'
_PARAMETER = r';\s*([^\s=;,<>"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"<>]*)))?'


class Origin(NamedTuple):
    """Scheme, host (lower case) and port: whoever shares all three may share credentials."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """Write it as a browser's `Origin` header does."""
        return f"{self.scheme}://{self.address}"

    @property
    def address(self) -> str:
        """The host as people know it, with its port unless that is the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine: 127.0.0.0/8, ::1 or localhost."""
        if self.host == "localhost":
            return True
        from ipaddress import ip_address  # seldom needed: most sites have a name

        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_origin(url: str) -> Origin | None:
    """Read the origin of an absolute http(s) URL; None when it is anything else, ambiguous, or carries credentials."""
    if _AMBIGUOUS.search(url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in _DEFAULT_PORTS or not host or "@" in parts.netloc:
        return None
    return Origin(scheme, host, _DEFAULT_PORTS[scheme] if port is None else port)


def require_https(url: str) -> Origin:
    """Read the origin of `url`, which must be https unless its host is loopback.

    Raises:
        InsecureUrl: It is not; the message leaves out whatever of the address may be a credential.
    """
    origin = parse_origin(url)
    if origin is None:
        raise InsecureUrl(
            "An address in the configuration is not a plain https://host/path without user name or blanks",
            next_step="correct it",
            host="",
            sent=False,
        )
    if origin.scheme != "https" and not origin.is_loopback:
        raise InsecureUrl(
            f"{origin.address} is configured with plain http, which would show credentials to the network",
            next_step="use https://",
            host=origin.address,
            sent=False,
        )
    return origin


def find_next_link(response: Response, base: str) -> str | None:
    """Find the absolute URL of the next page, or None when the `Link` header names none.

    Whatever host and scheme the link names are those that the server sees behind its proxy: only its path and query are
    taken, below `base`'s origin, so that credentials go nowhere else.

    Raises:
        LinkRefused: The address can't be read.
    """
    for target, parameters in re.findall(_LINK, response.headers.get("Link", "")):
        relations = _parse_relations(parameters)
        if "next" not in relations or not target.strip():
            continue
        ours, theirs = parse_origin(base), parse_origin(url := urljoin(response.url or base, target.strip()))
        if ours is None or theirs is None:
            raise LinkRefused(
                f"{ours.address if ours else 'The host'} names its next page at an address that can't be read",
                next_step="look for a proxy that alters answers",
                host=ours.address if ours else "",
                sent=True,
            )
        parts = urlsplit(url)
        return f"{ours}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
    return None


def _parse_relations(parameters: str) -> list[str]:
    """Read the words of the first `rel`; RFC 8288 section 3.3 has later ones ignored."""
    for name, quoted, bare in re.findall(_PARAMETER, parameters):
        if name.lower() == "rel":
            return str(quoted or bare).lower().split()
    return []
