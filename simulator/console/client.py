"""The frame around every view of a console: its name, its menu, who is signed in."""

from typing import Final

from simulator.console.markup import Markup, document, element, together
from simulator.console.parts import alert, button, link, view
from simulator.console.visit import ASSETS, Visit

# Menu entries: a heading that opens, and what is below it. Those without a route are there to be walked past.
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


def shell(at: Visit) -> str:
    say = at.words
    session = at.session
    name = session.user if session else ""
    leave = element("form", button(say("Sign Out"), kind="submit"), method="post", action=f"{at.base}/sign-out")
    whose = element("span", f"{say('Company')}: {at.company.id}") if at.console is None else None
    banner = element("header", element("strong", at.title), whose, element("span", name), leave)
    menu = element("nav", _menu(at), aria_label="Main menu")
    main = element("main", "", id="main", aria_busy="true")
    return document(
        at.title,
        together(
            banner, alert(at.modes.notice) if at.modes.notice else None, element("div", menu, main, class_="desk")
        ),
        assets=ASSETS,
        script=True,
        data_base=at.base,
        data_home="/System" if at.console is None else "customermanagement/customers",
        data_late=str(at.modes.late_ms),
        data_notice=at.modes.notice_after_save,
    )


def nowhere() -> Markup:
    return view("Not found", element("p", "There is no such record.", role="alert", class_="alert"))


def _menu(at: Visit) -> Markup:
    say = at.words
    if at.console is None:
        return together(_entry(say(head), [(say(name), way) for name, way in below]) for head, below in _PSA)
    settings = "MSP Settings" if at.console.kind == "msp" else "MSSP Settings"
    below = (
        ("Admins", "settings/admins"),
        ("Audit Log", "settings/auditlog"),
        ("PSA Integration Details", "settings/psa"),
    )
    return together(
        _entry(say("Customer Management"), [(say("Customers"), "customermanagement/customers")]),
        _entry(say(settings), [(say(name), way) for name, way in below]),
    )


def _entry(head: str, below: list[tuple[str, str]]) -> Markup:
    items = (element("li", link(name, way)) for name, way in below)
    opener = element("button", head, type="button", aria_expanded="false", class_="menu")
    return element("div", opener, element("ul", items, hidden=True), class_="entry")
