"""The simulator's screens, as a person meets them in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, expect

from simulator.remote import Company

expect.set_options(timeout=30_000)
USER = "HumanAdmin"
PAIR = "AAAAbbbb1111CCCC", "DDDDeeee2222FFFF"


class ConsoleUser:
    """Somebody at a console."""

    def __init__(self, page: Page, company: Company) -> None:
        self.page = page
        self.company = company
        self.screens = company.ask("GET", "/screens")

    def open(self, side: str = "connectwise") -> None:
        addresses = self.screens["addresses"]
        self.page.goto(
            addresses[side] if side in addresses else next(url for key, url in addresses.items() if "/" in key)
        )

    def sign_in(self, side: str = "connectwise", password: str | None = None) -> None:
        self.open(side)
        if side == "connectwise":
            self.page.get_by_label("Company").fill(self.company.id)
        self.page.get_by_label("Username").fill(USER)
        self.page.get_by_label("Password").fill(password or self.screens["passwords"][USER])
        self.page.get_by_role("button", name="Log In").click()

    def open_menu(self, *entries: str) -> None:
        frame = self.page.get_by_role("navigation", name="Main menu")
        # Before the script of the page has run, a press on an entry is lost.
        expect(self.page.get_by_role("main")).not_to_have_attribute("aria-busy", "true")
        for entry in entries[:-1]:
            frame.get_by_role("button", name=entry, exact=True).click()
        frame.get_by_role("link", name=entries[-1], exact=True).click()

    def open_role(self) -> None:
        self.open_menu("System", "Security Roles")
        self.page.get_by_role("link", name="Umbrella", exact=True).click()

    def find_row(self, function: str) -> Locator:
        header = self.page.get_by_role("rowheader", name=function, exact=True)
        return self.page.get_by_role("row").filter(has=header)

    def unfold(self, name: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def user(person: Browser, company: Company) -> Iterator[ConsoleUser]:
    context = person.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield ConsoleUser(page, company)
    context.close()
    assert problems == []


@pytest.fixture
def member(company: Company) -> int:
    role = company.ask("POST", "/roles", {"name": "Umbrella"})
    made = {"identifier": "Umbrella", "name": "Cisco Umbrella", "roleId": role["id"]}
    number: int = company.ask("POST", "/apiMembers", made)["id"]
    return number


def test_levels_are_chosen_by_module_and_saved(user: ConsoleUser, member: int) -> None:
    user.sign_in()
    user.open_role()
    user.unfold("Service Desk")
    row = user.page.get_by_role("row").filter(
        has=user.page.get_by_role("rowheader", name="Service Tickets", exact=True)
    )
    expect(row.get_by_role("combobox")).to_have_text(["None"] * 4)
    row.get_by_role("combobox", name="Inquire Level").click()
    user.page.get_by_role("option", name="My", exact=True).click()
    user.page.get_by_role("button", name="Save", exact=True).click()
    expect(user.page.get_by_role("status")).to_contain_text("You have successfully updated this record.")
    assert user.company.role()["levels"] == {"Service Desk / Service Tickets": {"inquire": "My"}}

    row.get_by_role("combobox", name="Add Level").click()
    user.page.get_by_role("option", name="All", exact=True).click()
    user.page.get_by_role("button", name="Save & Close").click()
    expect(user.page.get_by_role("heading", name="Security Roles")).to_be_visible()
    assert user.company.role()["levels"] == {"Service Desk / Service Tickets": {"add": "All", "inquire": "My"}}
    assert user.company.ask("GET", "/history")[-1]["by"] == USER


def open_lists(user: ConsoleUser, module: str, row: str) -> tuple[Locator, Locator, Locator]:
    """Sign in and open a row's dialogue "customize": the dialogue, and what its two lists hold."""
    user.sign_in()
    user.open_role()
    user.unfold(module)
    user.find_row(row).get_by_role("link", name="customize").click()
    dialogue = user.page.get_by_role("dialog", name="Update Security")
    allowed = dialogue.get_by_role("listbox", name="Allow Access to these", exact=True)
    return dialogue, allowed, dialogue.get_by_role("listbox", name="Disallow Access to these")


def test_table_setup_is_customized_in_two_lists_with_four_arrows(user: ConsoleUser, member: int) -> None:
    dialogue, allowed, denied = open_lists(user, "System", "Table Setup")
    expect(denied.get_by_role("option", name="Service / SLA", exact=True)).to_be_attached()
    everything = denied.get_by_role("option").count()
    dialogue.get_by_role("button", name="<<", exact=True).click()
    expect(allowed.get_by_role("option")).to_have_count(everything)
    dialogue.get_by_role("button", name=">>", exact=True).click()
    for label in ("Service / Priority", "Company / Configuration", "Service / SLA"):
        denied.get_by_role("option", name=label, exact=True).click()
    dialogue.get_by_role("button", name="<", exact=True).click()
    allowed.get_by_role("option", name="Service / SLA", exact=True).click()
    dialogue.get_by_role("button", name=">", exact=True).click()
    expect(allowed.get_by_role("option")).to_have_text(["Company / Configuration", "Service / Priority"])
    dialogue.get_by_role("button", name="SAVE").click()
    expect(dialogue).to_be_hidden()
    assert user.company.role()["tables"] == ["Company / Configuration", "Service / Priority"]


def test_the_lists_of_two_other_functions_open_the_same_dialogue(user: ConsoleUser, member: int) -> None:
    dialogue, allowed, denied = open_lists(user, "Companies", "Configurations")
    expect(allowed.get_by_role("option")).to_have_count(9)
    dialogue.get_by_role("button", name=">>", exact=True).click()
    denied.get_by_role("option", name="Password").click()
    dialogue.get_by_role("button", name="<", exact=True).click()
    dialogue.get_by_role("button", name="SAVE").click()
    expect(dialogue).to_be_hidden()
    assert user.company.role()["customize"] == {"Companies / Configurations": ["Password"]}

    said: list[str] = []

    def accept(alert: Dialog) -> None:
        said.append(alert.message)
        alert.accept()

    user.page.on("dialog", accept)
    user.find_row("Reports").get_by_role("link", name="customize").click()
    expect(dialogue).to_be_hidden()
    assert said == ["This list is not simulated."]


def test_a_key_shows_its_private_half_once(user: ConsoleUser, member: int) -> None:
    user.sign_in()
    user.open_menu("System", "Members")
    user.page.get_by_role("tab", name="API Members").click()
    user.page.get_by_role("link", name="Umbrella", exact=True).click()
    expect(user.page.get_by_role("tab")).to_have_text(["Details", "API Keys", "API Logs"])
    expect(user.page.get_by_label("Role ID")).to_have_value("Umbrella")
    user.page.get_by_role("tab", name="API Keys").click()
    user.page.get_by_role("button", name="+").click()
    user.page.get_by_role("button", name="Save").click()
    expect(user.page.get_by_role("alert")).to_have_text("Description is required.")
    user.page.get_by_label("Description").fill("by hand")
    user.page.get_by_role("button", name="Save").click()
    expect(user.page.get_by_role("status")).to_contain_text("You have successfully updated this record.")
    expect(user.page.get_by_text("The private key is only available at the time")).to_be_visible()
    assert user.page.get_by_label("Private Key").input_value() in user.company.private_keys()
    assert f"/ApiMembers/{member}/ApiKeys/" in user.page.url
    user.page.reload()
    expect(user.page.get_by_label("Public Key")).to_be_visible()
    assert user.page.get_by_label("Private Key").count() == 0
    user.page.get_by_label("Inactive").check()
    user.page.get_by_role("button", name="Save").click()
    expect(user.page.get_by_role("status")).to_be_visible()
    assert user.company.member()["keys"][0]["inactive"] is True
    user.page.get_by_role("button", name="Delete").click()
    user.page.get_by_role("button", name="OK").click()
    expect(user.page.get_by_role("table", name="API Keys")).to_be_visible()
    assert user.company.member()["keys"] == []


def test_umbrella_takes_both_halves_below_credentials(user: ConsoleUser) -> None:
    user.sign_in("umbrella")
    user.open_menu("MSP Settings", "PSA Integration Details")
    user.page.get_by_role("switch", name="Enabled").click()
    user.page.get_by_label("Public API Key").fill(PAIR[0])
    user.page.get_by_label("Private API Key").fill("short")
    user.page.get_by_role("button", name="Save").click()
    expect(user.page.get_by_role("alert")).to_contain_text("Private API Key must be 16 letters and digits.")
    user.page.get_by_label("Private API Key").fill(PAIR[1])
    user.page.get_by_role("button", name="Save").click()
    expect(user.page.get_by_role("status")).to_contain_text("Settings saved.")
    expect(user.page.get_by_label("Private API Key")).to_have_value("")
    assert user.company.sink()["publicKey"] == PAIR[0]
    user.page.get_by_role("button", name="Delete Integration").click()
    user.page.get_by_role("button", name="OK").click()
    expect(user.page.get_by_role("button", name="Delete Integration")).to_be_hidden()
    assert user.company.sink()["kind"] is None


def test_a_wrong_password_is_refused(user: ConsoleUser) -> None:
    user.sign_in(password="wrong")
    expect(user.page.get_by_role("alert")).to_have_text("The user name or the password is not correct.")


def test_a_second_factor_is_asked_for(user: ConsoleUser) -> None:
    user.company.ask("PUT", "/screens", {"secondFactor": True})
    user.sign_in()
    user.page.get_by_label("Verification Code").fill("nothing")
    user.page.get_by_role("button", name="Verify").click()
    expect(user.page.get_by_role("alert")).to_have_text("The code is not correct.")
    user.open()
    user.page.get_by_label("Verification Code").fill(user.screens["secondFactorCode"])
    user.page.get_by_role("button", name="Verify").click()
    expect(user.page.get_by_role("heading", name="System")).to_be_visible()
    user.page.get_by_role("button", name="Sign Out").click()
    expect(user.page.get_by_label("Username")).to_be_visible()


def test_a_captcha_stands_before_the_sign_in(user: ConsoleUser) -> None:
    user.company.ask("PUT", "/screens", {"captcha": True})
    user.sign_in()
    expect(user.page.get_by_role("alert")).to_have_text("Confirm that you are not a robot.")


@pytest.mark.parametrize("cause", ["expire", "sessionSeconds"])
def test_a_session_ends(user: ConsoleUser, cause: str) -> None:
    user.sign_in()
    expect(user.page.get_by_role("heading", name="System")).to_be_visible()
    if cause == "expire":
        user.company.ask("POST", "/screens/expire")
    else:
        user.company.ask("PUT", "/screens", {"sessionSeconds": 0.001})
    user.open_menu("System", "Security Roles")
    expect(user.page.get_by_role("alert")).to_contain_text("Your session has expired.")


def test_slow_screens_take_their_time(user: ConsoleUser) -> None:
    user.sign_in()
    expect(user.page.get_by_role("heading", name="System")).to_be_visible()
    user.company.ask("PUT", "/screens", {"slowMs": 400})
    started = monotonic()
    user.open_menu("System", "Security Roles")
    expect(user.page.get_by_role("heading", name="Security Roles")).to_be_visible()
    assert monotonic() - started >= 0.4


def test_pieces_come_late_and_the_page_says_that_it_is_busy(user: ConsoleUser) -> None:
    user.company.ask("PUT", "/screens", {"lateMs": 300})
    user.sign_in()
    user.open_menu("System", "Security Roles")
    expect(user.page.get_by_role("heading", name="Security Roles")).to_be_visible()
    expect(user.page.get_by_role("main")).not_to_have_attribute("aria-busy", "true")
    assert user.page.get_by_role("link", name="Admin").count() == 1


def test_labels_can_be_other_ones(user: ConsoleUser) -> None:
    user.company.ask("PUT", "/screens", {"labels": {"Security Roles": "Ruoli di sicurezza"}})
    user.sign_in()
    user.open_menu("System", "Ruoli di sicurezza")
    expect(user.page.get_by_role("heading", name="Ruoli di sicurezza")).to_be_visible()


def test_levels_may_be_drop_downs_of_the_browsers_own(user: ConsoleUser, member: int) -> None:
    user.company.ask("PUT", "/screens", {"nativeLists": True})
    user.sign_in()
    user.open_role()
    user.unfold("Service Desk")
    level = user.find_row("Service Tickets").get_by_role("combobox", name="Inquire Level")
    expect(level).to_have_value("None")
    level.select_option("All")
    user.page.get_by_role("button", name="Save", exact=True).click()
    expect(user.page.get_by_role("status")).to_contain_text("You have successfully updated this record.")
    assert user.company.role()["levels"] == {"Service Desk / Service Tickets": {"inquire": "All"}}


def test_values_may_show_as_placeholders_and_stay_when_nobody_types(user: ConsoleUser) -> None:
    public, private = PAIR
    user.company.set_sink(publicKey=public, privateKey=private)
    user.company.ask("PUT", "/screens", {"placeholders": True})
    user.sign_in("umbrella")
    user.open_menu("MSP Settings", "PSA Integration Details")
    for label, shown in (("PSA", "ConnectWise"), ("Public API Key", public)):
        field = user.page.get_by_label(label, exact=True)
        expect(field).to_have_value("")
        expect(field).to_have_attribute("placeholder", shown)
    user.page.get_by_role("button", name="Save", exact=True).click()
    expect(user.page.get_by_role("status")).to_contain_text("Settings saved.")
    assert user.company.sink()["publicKey"] == public


def test_a_console_may_keep_another_description_than_was_typed(user: ConsoleUser, member: int) -> None:
    user.company.ask("PUT", "/screens", {"descriptionLimit": 12, "descriptionTrim": True})
    user.sign_in()
    user.page.goto(f"{user.screens['addresses']['connectwise']}#/System/Members/ApiMembers/{member}/ApiKeys/new")
    user.page.get_by_label("Description").fill("  made   by hand, and long")
    user.page.get_by_role("button", name="Save").click()
    expect(user.page.get_by_role("status")).to_contain_text("You have successfully updated this record.")
    assert [key["description"] for key in user.company.member()["keys"]] == ["made by"]


def test_an_mssp_console_leads_to_another_sign_on(user: ConsoleUser) -> None:
    where = {"kind": "mssp", "consoleId": f"20{user.company.id.rpartition('-')[2]}"}
    other = user.company.simulator.company(f"{user.company.id}-mssp", consoles=[where])
    other_user = ConsoleUser(user.page, other)
    other_user.open("umbrella")
    expect(user.page.get_by_role("heading", name="Cisco Sign On")).to_be_visible()
    user.page.get_by_label("Email").fill(USER)
    user.page.get_by_role("button", name="Next").click()
    user.page.get_by_label("Password").fill(other_user.screens["passwords"][USER])
    user.page.get_by_role("button", name="Log in").click()
    other_user.open_menu("MSSP Settings", "PSA Integration Details")
    expect(user.page.get_by_role("heading", name="Credentials")).to_be_visible()


def test_a_record_that_is_not_there_is_said_to_be_so(user: ConsoleUser) -> None:
    user.sign_in()
    expect(user.page.get_by_role("heading", name="System")).to_be_visible()
    for route in ("/System/SecurityRoles/1", "/System/SecurityRoles/x", "/nowhere"):
        user.page.evaluate("(to) => { location.hash = to; }", route)
        expect(user.page.get_by_role("alert")).to_have_text("There is no such record.")
        user.page.evaluate("() => { location.hash = '/System'; }")
        expect(user.page.get_by_role("heading", name="System")).to_be_visible()
