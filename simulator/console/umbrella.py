"""Umbrella's console: MSP Settings, PSA Integration Details, Credentials.

Documented (225008): the way there, "Enabled" beneath Credentials, "Public API Key", "Private API Key", Save. All else
on this page is assumed; docs/coverage.md lists it.
"""

import re
from typing import Any, Final

from simulator.connectwise.keys import LENGTH
from simulator.console.markup import element
from simulator.console.parts import button, field, toolbar
from simulator.console.parts import view as page
from simulator.console.visit import ScreenRefusal, Visit
from simulator.umbrella import sink
from simulator.umbrella.models import Console

ROUTE: Final = "settings/psa"
SAVED: Final = "Settings saved."
_HALF: Final = re.compile(rf"[A-Za-z0-9]{{{LENGTH}}}")


def view(at: Visit, route: list[str]) -> str | None:
    console, say = _console(at), at.words
    match route:
        case ["customermanagement", "customers"]:
            return page(say("Customers"), element("p", f"{console.customers} customers"))
        case ["settings", "psa"]:
            return _integration(at, console)
        case ["settings", name]:
            return page(name, element("p", "This screen is not simulated."))
    return None


def _integration(at: Visit, console: Console) -> str:
    held, say = console.integration, at.words
    enabled = element(
        "button",
        element("span", "", class_="knob"),
        type="button",
        role="switch",
        aria_checked="true" if held.enabled else "false",
        aria_label=say("Enabled"),
        data_switch="enabled",
    )
    saved = held.private_key is not None
    section = element(
        "section",
        element("h2", say("Credentials")),
        element("p", enabled, element("span", " " + say("Enabled"), aria_hidden="true")),
        element(
            "div",
            field(say("Public API Key"), "publicKey", held.public_key or ""),
            field(say("Private API Key"), "privateKey", type="password", placeholder="••••••••" if saved else ""),
            element("p", say("A private key is saved."), class_="note") if saved else None,
            data_shown_with="enabled",
            hidden=not held.enabled,
        ),
        data_piece=True,
    )
    remove = None
    if held.kind is not None:
        words = {"data_ask": say("Delete this integration?"), "data_yes": say("OK"), "data_no": say("Cancel")}
        remove = button(say("Delete Integration"), "delete", **words)
    return page(
        say("PSA Integration Details"),
        field(say("PSA"), "kind", held.kind or "", readonly=True, placeholder="Not configured"),
        section,
        toolbar(button(say("Save"), "save"), remove),
        data_save=ROUTE,
    )


def act(at: Visit, route: list[str], body: dict[str, Any]) -> dict[str, Any]:
    console, company = _console(at), at.company
    if route == ["settings", "psa", "delete"]:
        sink.remove(console, company, at.actor)
        return {"goto": ROUTE}
    if route != ["settings", "psa"]:
        raise KeyError("no such act")
    fields, held = body["fields"], console.integration
    if held.enabled and held.kind not in (None, "ConnectWise"):
        # KB 231356068: only one PSA integration at a time; the other one must be deleted first.
        raise ScreenRefusal(f"The {held.kind} integration is enabled and must be deleted first.")
    enabled = bool(fields["enabled"])
    public, private = str(fields["publicKey"]), str(fields["privateKey"])
    if not private and public == held.public_key:
        private = held.private_key or ""  # left as it is
    for label, half in (("Public API Key", public), ("Private API Key", private)):
        if enabled and not _HALF.fullmatch(half):
            raise ScreenRefusal(f"{at.words(label)} must be {LENGTH} letters and digits.")
    sink.write(
        console,
        company,
        at.actor,
        kind="ConnectWise",
        enabled=enabled,
        public_key=public or None,
        private_key=private or None,
    )
    return {"message": at.words(SAVED), "goto": ROUTE}


def _console(at: Visit) -> Console:
    assert at.console is not None  # noqa: S101 - routes.py sends nothing else here
    return at.console
