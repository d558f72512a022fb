"""The frame around every view of a console: its name, its menu, who is signed in."""

from __future__ import annotations

from typing import Final

from simulator.services.console.markup import Markup, element, join_markup, render_document
from simulator.services.console.screen_request import ASSETS, ScreenRequest
from simulator.services.console.widgets import alert, button, link, view

# Menu entries: a heading that opens, and what is below it. Those without items lead nowhere.
_PSA: Final = (
    ("Companies", ()),
    ("Service Desk", ()),
    (
        "System",
        (
            ("Members", "/System/Members"),
            ("My Company", "/System/MyCompany"),
            ("Security Roles", "/System/SecurityRoles"),
            ("Setup Tables", "/System/SetupTables"),
        ),
    ),
)


def render_frame(screen: ScreenRequest) -> str:
    label = screen.labels
    name = screen.session.user if screen.session else ""
    sign_out = element(
        "form", button(label("Sign Out"), kind="submit"), method="post", action=f"{screen.base}/sign-out"
    )
    company = element("span", f"{label('Company')}: {screen.company.id}") if screen.console is None else None
    banner = element("header", element("strong", screen.title), company, element("span", name), sign_out)
    menu = element("nav", _render_menu(screen), aria_label="Main menu")
    main = element("main", "", id="main", aria_busy="true")
    return render_document(
        screen.title,
        join_markup(
            banner,
            alert(screen.modes.notice) if screen.modes.notice else None,
            element("div", menu, main, class_="desk"),
        ),
        assets=ASSETS,
        script=True,
        data_base=screen.base,
        data_home="/System" if screen.console is None else "customermanagement/customers",
        data_late=str(screen.modes.late_ms),
        data_notice=screen.modes.notice_after_save,
    )


def render_not_found() -> Markup:
    return view("Not found", element("p", "There is no such record.", role="alert", class_="alert"))


def _render_menu(screen: ScreenRequest) -> Markup:
    label = screen.labels
    if screen.console is None:
        return join_markup(
            _render_entry(label(heading), [(label(name), route) for name, route in items]) for heading, items in _PSA
        )
    settings = "MSP Settings" if screen.console.kind == "msp" else "MSSP Settings"
    items = (
        ("Admins", "settings/admins"),
        ("Audit Log", "settings/auditlog"),
        ("PSA Integration Details", "settings/psa"),
    )
    return join_markup(
        _render_entry(label("Customer Management"), [(label("Customers"), "customermanagement/customers")]),
        _render_entry(label(settings), [(label(name), route) for name, route in items]),
    )


def _render_entry(heading: str, items: list[tuple[str, str]]) -> Markup:
    entries = (element("li", link(name, route)) for name, route in items)
    opener = element("button", heading, type="button", aria_expanded="false", class_="menu")
    return element("div", opener, element("ul", entries, hidden=True), class_="entry")
