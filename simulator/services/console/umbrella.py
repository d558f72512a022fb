"""Umbrella's console: MSP Settings, PSA Integration Details, Credentials.

Documented (225008): the menu, "Enabled" beneath Credentials, "Public API Key", "Private API Key", Save. All else
on this page is assumed; docs/coverage.md lists it.
"""

from __future__ import annotations

from typing import Any, Final

from simulator.services.connectwise.api_keys import KEY_LENGTH, is_half
from simulator.services.console.markup import element
from simulator.services.console.screen_request import ScreenRefusal, ScreenRequest
from simulator.services.console.widgets import button, field, native_list, toolbar, view
from simulator.services.umbrella import sink
from simulator.services.umbrella.models import StoredIntegration, UmbrellaConsole

ROUTE: Final = "settings/psa"
SAVED: Final = "Settings saved."
_NO_KIND: Final = {"placeholder": "Not configured"}


def render_view(screen: ScreenRequest, route: list[str]) -> str | None:
    console, label = _get_console(screen), screen.labels
    match route:
        case ["customermanagement", "customers"]:
            return view(label("Customers"), element("p", f"{console.customers} customers"))
        case ["settings", "psa"]:
            return _render_integration(screen, console)
        case ["settings", name]:
            return view(name, element("p", "This screen is not simulated."))
    return None


def _render_integration(screen: ScreenRequest, console: UmbrellaConsole) -> str:
    held, label = console.integration, screen.labels
    enabled = element(
        "button",
        element("span", "", class_="knob"),
        type="button",
        role="switch",
        aria_checked="true" if held.enabled else "false",
        aria_label=label("Enabled"),
        data_switch="enabled",
    )
    saved = held.private_key is not None
    section = element(
        "section",
        element("h2", label("Credentials")),
        element("p", enabled, element("span", " " + label("Enabled"), aria_hidden="true")),
        element(
            "div",
            screen.field("Public API Key", "publicKey", held.public_key or ""),
            field(label("Private API Key"), "privateKey", type="password", placeholder="••••••••" if saved else ""),
            element("p", label("A private key is saved."), class_="note") if saved else None,
            data_shown_with="enabled",
            hidden=not held.enabled,
        ),
        data_piece=True,
    )
    remove = None
    if held.kind is not None:
        question = {"data_ask": label("Delete this integration?"), "data_yes": label("OK"), "data_no": label("Cancel")}
        remove = button(label("Delete Integration"), "delete", **question)
    kind = screen.field("PSA", "kind", held.kind or "", readonly=True, **{} if held.kind else _NO_KIND)
    if screen.modes.native_lists:
        names = {"": "Not configured", "Autotask": "Autotask", "ConnectWise": "ConnectWise"}
        kind = native_list(names, held.kind or "", aria_label=label("PSA"), disabled=True)
    return view(
        label("PSA Integration Details"),
        kind,
        section,
        toolbar(button(label("Save"), "save"), remove),
        data_save=ROUTE,
    )


def perform_action(screen: ScreenRequest, route: list[str], body: dict[str, Any]) -> dict[str, Any]:
    console, company = _get_console(screen), screen.company
    if route == ["settings", "psa", "delete"]:
        sink.delete(console, company, screen.actor)
        return {"goto": ROUTE}
    if route != ["settings", "psa"]:
        raise KeyError("no such action")
    fields, held = body["fields"], console.integration
    conflict = sink.explain_conflict(console, "ConnectWise")
    if conflict is not None:
        raise ScreenRefusal(conflict)
    enabled = bool(fields["enabled"])
    public, private = str(fields["publicKey"]), str(fields["privateKey"])
    if not public and screen.modes.placeholders:
        public = held.public_key or ""  # nobody typed in it
    if not private and public == held.public_key:
        private = held.private_key or ""  # left as it is
    for label, value in (("Public API Key", public), ("Private API Key", private)):
        if enabled and not is_half(value):
            raise ScreenRefusal(f"{screen.labels(label)} must be {KEY_LENGTH} letters and digits.")
    integration = StoredIntegration("ConnectWise", enabled, public or None, private or None, screen.actor.at)
    sink.write(console, company, screen.actor, integration)
    return {"message": screen.labels(SAVED), "goto": ROUTE}


def _get_console(screen: ScreenRequest) -> UmbrellaConsole:
    assert screen.console is not None  # noqa: S101 - routes.py sends nothing else here
    return screen.console
