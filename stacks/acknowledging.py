"""The command that says a work order was carried out, and goes on: on one line, to be copied whole."""

from __future__ import annotations

import shlex

from providers.core.configuration import PROJECT
from providers.core.terms import terms
from providers.sink import get_applied_setting


def make_acknowledgement(tenant: str, kind: str, public_key: str = "", sink: str | None = None) -> str:
    """Make the command for a step of a resource of this kind.

    No secret is in it: the engine asks for the pair's halves, each as it comes. One line, since a second one would be
    taken for the answer. `public_key`: the key that the tenant's state holds; `sink`: as its PsaIntegration has it.
    """
    setting = terms().on(terms().set_setting, tenant)
    said = {
        "ApiKey": (
            "echo 'Enter the Public Key, then the Private Key:'",  # the engine's own question is "value: ", twice
            f"{setting} connectwise:manualPublicKey",
            f"{setting} {terms().secret_option} connectwise:manualPrivateKey",
        ),
        # A site named the key, and a shell will read it.
        "PsaIntegration": (f"{setting} {get_applied_setting(sink)} {shlex.quote(public_key)}",),
    }
    return " && ".join((*said.get(kind, ()), f"{PROJECT} up {tenant}"))
