"""Every kind of bad weather that a server can make, as faults of the simulator; the fault matrix asks for them too."""

from __future__ import annotations

from typing import Any

ELSEWHERE = "https://elsewhere.example.com/next"
Fault = dict[str, Any]
FAULTS: dict[str, Fault] = {
    "a reset before the commit": {"kind": "reset"},
    "a reset after the commit": {"kind": "reset", "when": "after"},
    "a reply cut short": {"kind": "truncate"},
    "silence": {"kind": "delay", "ms": 20_000},
    "a slow drip": {"kind": "drip", "ms": 500},
    "429 with seconds": {"kind": "rateLimit", "retryAfter": 1, "times": 2},
    "429 with a date": {"kind": "rateLimit", "retryAfter": "date", "seconds": 2, "times": 2},
    "429 without a word": {"kind": "rateLimit", "times": 2},
    "a storm of 429": {"kind": "rateLimit", "retryAfter": 4},
    "429 for an hour": {"kind": "rateLimit", "retryAfter": 3600},
    "500": {"kind": "status", "status": 500, "body": {"code": "x", "message": "oops"}},
    "502 with HTML": {"kind": "status", "status": 502},
    "502 after the commit": {"kind": "statusAfter", "status": 502},
    "503": {"kind": "status", "status": 503, "body": "down", "contentType": "text/plain"},
    "a wrong content type": {"kind": "body", "raw": "<html>sign in", "contentType": "text/html"},
    "invalid JSON": {"kind": "body", "raw": '[{"id": '},
    "JSON of another shape": {"kind": "body", "body": {"surprise": True}},
    "an empty page where rows were": {"kind": "emptyList"},
    "a body of 100 MB": {"kind": "huge", "bytes": 100_000_000},
    "a declared body of 100 MB": {"kind": "huge", "bytes": 100_000_000, "declared": True},
    "a redirect to another host": {"kind": "redirect", "location": ELSEWHERE},
    # Only the vendor's API has pages.
    "a Link to another host": {"kind": "link", "location": ELSEWHERE},
}
LISTS_ONLY = ("an empty page where rows were", "a Link to another host")
