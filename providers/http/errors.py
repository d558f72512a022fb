"""What can go wrong between us and a host.

TransportError              the root; `host` names the peer, `sent` says whether it may have seen the request
├── InsecureUrl             plain http off loopback, credentials in the address, or no address at all
├── Unsendable              the request could not be formed: a header, proxy or address that HTTP does not allow
├── BudgetExhausted         our own rate limit leaves no room before the deadline
├── BudgetUnknown           the database that machines keep the rate limit in could not be asked before the deadline
├── Unreachable             no connection: refused, unknown name, no route, a proxy that will not pass us on
├── TlsRefused              the certificate or the handshake is not acceptable
├── TimedOut                too slow: connecting (`sent` is False) or answering (`sent` is True)
├── ConnectionLost          reset or cut short after the request began to leave: the outcome is unknown
├── TooLarge                the answer is longer than we accept
├── RedirectRefused         redirects are never followed
├── LinkRefused             an address handed to us (a `Link` header) belongs to another origin
└── MalformedAnswer         the answer is not the JSON that was asked for

Each message is one sentence: the host, the cause, the next step. No query string, no credential.
"""

from __future__ import annotations


class TransportError(Exception):
    """A request failed below HTTP; an HTTP status is never one of these. Summary and next step make its sentence."""

    setting = ""
    """Which setting of ours is to blame; empty where none is."""

    def __init__(self, summary: str, *, next_step: str = "", host: str, sent: bool) -> None:
        super().__init__(f"{'; '.join(filter(None, (summary, next_step)))}.")
        self.summary = summary
        self.next_step = next_step
        self.host = host
        self.sent = sent

    transient = False
    """Whether the same request may do well later: weather, and no refusal."""


class InsecureUrl(TransportError):
    """The address would let the request be read or misdirected."""


class Unsendable(TransportError):
    """The request is not something HTTP can carry."""


class BudgetExhausted(TransportError):
    """Waiting for our own turn would outlast the deadline."""

    transient = True


class BudgetUnknown(TransportError):
    """Whose turn it is could not be found out before the deadline, or never can be."""

    def __init__(self, summary: str, *, next_step: str, host: str, setting: str, transient: bool) -> None:
        super().__init__(summary, next_step=next_step, host=host, sent=False)
        self.setting = setting
        self.transient = transient


class Unreachable(TransportError):
    """No connection came about, so the host has seen nothing."""

    transient = True


class TlsRefused(TransportError):
    """We do not trust the peer, so it has seen nothing; never retried."""


class TimedOut(TransportError):
    """A deadline passed."""

    transient = True


class ConnectionLost(TransportError):
    """The connection broke while the request or its answer was under way."""

    transient = True


class TooLarge(TransportError):
    """The answer exceeds the bound on bodies."""


class RedirectRefused(TransportError):
    """The host pointed elsewhere."""


class LinkRefused(TransportError):
    """An address of another origin was to be followed with our credentials."""


class MalformedAnswer(TransportError):
    """The body cannot be read as JSON."""
