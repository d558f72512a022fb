"""Whose certificates count: one file, and then no other authority (docs/network.md)."""

from __future__ import annotations

import os

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


def get_ca_bundle() -> str | None:
    """Name the file that the environment gives; None where the library's own list counts.

    `requests` reads the first two. SSL_CERT_FILE is OpenSSL's, which everything else on a machine may follow.
    """
    return next((path for name in _BUNDLES if (path := os.environ.get(name))), None)
