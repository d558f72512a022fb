"""From the HTTP library's exceptions to ours.

Only classes and the certificate's verdict are read from them: their texts hold URLs and header values.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from http.client import BadStatusLine, LineTooLong, RemoteDisconnected, UnknownProtocol

import requests

from providers.http.errors import ConnectionLost, TimedOut, TlsRefused, TransportError, Unreachable, Unsendable

_EOF = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ConnectionError)


def explain(error: BaseException, *, host: str, sent: bool) -> TransportError:
    """Make the typed error, with a sentence, of what the library raised before or after the request began to leave."""
    causes = list(_walk_causes(error))
    return _explain_answering(causes, host) if sent else _explain_connecting(causes, host)


def _explain_connecting(causes: list[BaseException], host: str) -> TransportError:
    kind: type[TransportError] = Unreachable
    refused = next((cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)), None)
    if refused:
        verdict = refused.verify_message or "it does not match"
        kind, what = TlsRefused, f"The certificate of {host} is not trusted ({verdict})"
        step = "renew or replace it, or name a file with its issuer's certificate in REQUESTS_CA_BUNDLE"
    elif _has(causes, TimeoutError, requests.Timeout):
        kind, what = TimedOut, f"{host} did not accept a connection in time"
        step = "check the address, the firewall and the proxy settings"
    elif _has(causes, requests.exceptions.ProxyError):
        what = f"{host} could not be reached: the proxy named by the environment did not pass us on"
        step = "check HTTPS_PROXY and NO_PROXY"
    elif _has(causes, socket.gaierror):
        what, step = f"{host} could not be reached: its name is not known", "check the spelling and the DNS settings"
    elif _has(causes, ConnectionRefusedError):
        what = f"{host} could not be reached: the connection was refused"
        step = "check the address and port, and that the service runs"
    elif _has(causes, ssl.SSLError) and not _has(causes, *_EOF):
        kind, what = TlsRefused, f"{host} does not speak a TLS that we accept"
        step = "check the port, and that it offers TLS 1.2 or newer"
    elif _has(causes, requests.exceptions.ConnectionError):
        what = f"{host} could not be reached: the connection broke off while it was made"
        step = "check the network and the proxy, if any, and try again"
    elif type(causes[0]) is OSError:
        why = "the file that REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names is not there"
        kind, what, step = TlsRefused, f"The certificate of {host} cannot be verified: {why}", "correct it"
    else:
        kind, what = Unsendable, f"The request to {host} could not be formed ({type(causes[0]).__name__})"
        step = "look for line breaks or special characters in the configured credentials, addresses and proxy settings"
    return kind(what, next_step=step, host=host, sent=False)


def _explain_answering(causes: list[BaseException], host: str) -> TransportError:
    if _has(causes, TimeoutError, requests.Timeout):
        step = "try again, and look at the site's load when it stays slow"
        return TimedOut(f"{host} did not answer in full before the deadline", next_step=step, host=host, sent=True)
    if _has(causes, BadStatusLine, LineTooLong, UnknownProtocol) and not _has(causes, RemoteDisconnected):
        why, step = "did not answer in HTTP", "check the address and the port"
    elif _has(causes, requests.exceptions.ContentDecodingError):
        why, step = "sent an answer that does not unpack", "look for a proxy that alters answers"
    else:
        why = "broke the connection before its answer was complete"
        step = "look what became of the request before repeating it"
    return ConnectionLost(f"{host} {why}", next_step=step, host=host, sent=True)


def _has(causes: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _walk_causes(error: BaseException) -> Iterator[BaseException]:
    """Give the error and what it wraps. `__context__` is left out: it may be something that our caller was handling."""
    waiting, visited = [error], set()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in visited:
            continue
        visited.add(id(cause))
        yield cause
        inner = [*cause.args, getattr(cause, "reason", None), cause.__cause__]
        waiting += [item for item in inner if isinstance(item, BaseException)]
