"""Work orders: what a person does at a screen, numbered, with the names that the screens show and values to copy.

The names are those of Cisco's page "Configure API keys in ConnectWise for PSA Integration" (225008). What that page
does not name is described, not invented. No order ever holds a private key.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from providers.console.contract import RoleSetting
from providers.console.customize import TABLE_SETUP
from providers.core.errors import WorkOrder
from providers.core.terms import terms

WIDTH = 76  # the engine indents what it shows by four
TENANT = "<tenant>"  # whoever shows an order fills in the name
_LEVELS = ("add", "edit", "delete", "inquire")


@dataclass(frozen=True)
class OrderedMember:
    """A member by both of its names, as the list of API members shows it."""

    identifier: str
    name: str

    def __str__(self) -> str:
        """Both names, as the list shows them."""
        return f"{self.name} ({self.identifier})"


@dataclass(frozen=True)
class OrderStep:
    """One numbered step: a sentence, then points of it or lines to copy."""

    text: str
    points: Sequence[str] = ()
    copy: Sequence[str] = ()


NO_API = "There is no public API for this, so a person does it in a browser."


def make_work_order(title: str, *steps: OrderStep, because: str = "", why: str = NO_API) -> WorkOrder:
    """Make an order to `title` (an imperative).

    `because`: why it is still open though something was done; `why`: why it is a person's at all.
    """
    parts = [f"## Work order: {title}", _wrap(why)]
    if because:
        parts.append(_wrap(f"**Still open:** {because}"))
    numbered = [line for number, step in enumerate(steps, 1) for line in _format_step(number, step)]
    return WorkOrder(title, "\n\n".join([*parts, "\n".join(numbered).rstrip()]))


def order_permissions(
    site: str, company: str, role: str, rows: Sequence[RoleSetting], lists: Mapping[str, Sequence[str]]
) -> WorkOrder:
    """Order the levels that are not as wanted, and the customize lists that are to be set."""
    shown = "tables" if {*lists} <= {TABLE_SETUP} else "customize lists"
    return make_work_order(
        f"set the permissions of the security role {role}",
        _sign_in_step(site, company),
        OrderStep(f"Go to System > Security Roles > {role}."),
        OrderStep(
            "Set these levels (Add Level, Edit Level, and so on); leave the others:",
            points=[_format_row(row) for row in rows],
        ),
        *(_customize_step(function, items) for function, items in lists.items()),
        OrderStep('Click "Save & Close".'),
        run_again(
            "It reads the levels back."
            + (f" The {shown} show only to the role's key, so they are checked once there is one." if lists else "")
        ),
    )


def order_correction(
    site: str, company: str, role: str, key: str, found: Sequence[str], lists: Mapping[str, Sequence[str]]
) -> WorkOrder:
    """Order what a key showed when it signed in as itself to be put right."""
    return make_work_order(
        f"correct what the security role {role} may do",
        _sign_in_step(site, company),
        OrderStep(f"Go to System > Security Roles > {role}. The API key {key} signed in and showed:", points=found),
        *(_customize_step(function, items) for function, items in lists.items()),
        OrderStep("Put right what else the list above names."),
        OrderStep('Click "Save & Close".'),
        run_again("The key signs in again and shows what it may do."),
    )


def order_key(site: str, company: str, member: OrderedMember, description: str, because: str) -> WorkOrder:
    """Order a key for the member, and say how to hand it in."""
    setting = terms().on(terms().set_setting, TENANT)
    hand_in = (
        f"{setting} connectwise:manualPublicKey PUBLIC-KEY",
        f"{setting} {terms().secret_option} connectwise:manualPrivateKey",
    )
    return make_work_order(
        f"make an API key for the API member {member.identifier}",
        _sign_in_step(site, company),
        OrderStep(f"Go to System > Members > API Members > {member} > API Keys."),
        OrderStep(
            'Click "+" and enter this Description, with its brackets: they tell later whose key it is. Click Save.',
            copy=[description],
        ),
        OrderStep("Copy the Public Key and the Private Key. The private one is shown now and never again."),
        OrderStep(
            "Hand both in. The second command asks for the private key, or reads it from standard input; don't put it "
            "on the command line.",
            copy=hand_in,
        ),
        run_again("It signs in with the pair and looks whose key it is and what it may do."),
        because=because,
    )


def order_key_deletion(site: str, company: str, member: OrderedMember, key: str, description: str) -> WorkOrder:
    """Order the deletion of a key that nobody depends on any more."""
    return make_work_order(
        f"delete the API key {key}",
        _sign_in_step(site, company),
        OrderStep(f"Go to System > Members > API Members > {member} > API Keys."),
        OrderStep(f"Delete the key with the Public Key {key}; its Description ends like this:", copy=[description]),
        OrderStep("Run the same command again. It is done when the site refuses that key."),
    )


def order_key_activation(site: str, company: str, member: OrderedMember, key_id: str) -> WorkOrder:
    """Order a key that was switched off to be switched on."""
    return make_work_order(
        f"make the API key {key_id} active again",
        _sign_in_step(site, company),
        OrderStep(f"Go to System > Members > API Members > {member} > API Keys > {key_id}."),
        OrderStep("Clear Inactive and click Save."),
        run_again(),
    )


def order_key_entry(console: str, key: str, escrowed_at: str, because: str) -> WorkOrder:
    """Order the pair to be entered in Umbrella's PSA Integration Details."""
    return make_work_order(
        f"enter the API key {key} in Umbrella",
        _settings_step(console),
        OrderStep(
            "An integration that is Enabled with a key that you don't know, or for another product than ConnectWise, "
            "is somebody's: ask before you go on."
        ),
        OrderStep("Beneath Credentials choose Enabled."),
        OrderStep("Fill in the Public API Key:", copy=[key]),
        private_half_step("Fill in the Private API Key.", escrowed_at),
        OrderStep("Click Save."),
        OrderStep(
            "Say that it is done, for exactly this key:",
            copy=[f"{terms().on(terms().set_setting, TENANT)} umbrella:appliedKey {key}"],
        ),
        run_again("Nobody can look into Umbrella without a gateway, so your word is what counts."),
        because=because,
    )


def order_integration_removal(console: str) -> WorkOrder:
    """Order the removal: nothing in Umbrella may go on using a key that is about to go."""
    return make_work_order(
        "remove the PSA integration from Umbrella",
        _settings_step(console),
        OrderStep("Remove the ConnectWise integration, if it holds a key of this stack, and save."),
        OrderStep(
            "Say that it is done, for this one run:",
            copy=[f"UMBRELLA_PSA_UMBRELLA_APPLIED_KEY=none {terms().on(terms().destroy, TENANT)}"],
        ),
    )


def private_half_step(text: str, escrowed_at: str) -> OrderStep:
    """Say where the private half is, which no order shows."""
    kept = f"is in the vault at {escrowed_at}, and in this stack's state" if escrowed_at else "is in this stack's state"
    return OrderStep(
        f"{text} It is not shown here; it {kept}. This command shows it, so use it where nobody watches and nothing "
        "records:",
        copy=[terms().show_pair],
    )


def run_again(then: str = "") -> OrderStep:
    """Say that the same command goes on from there; `then`: what it will do."""
    return OrderStep(f"Run `{terms().on(terms().apply, TENANT)}` again. {then}".strip())


def _sign_in_step(site: str, company: str) -> OrderStep:
    return OrderStep(f"Sign in to {site} as an administrator of the company {company}.")


def _settings_step(console: str) -> OrderStep:
    kind, _, number = console.partition("/")
    # The address of an MSP console is documented, that of an MSSP console is not.
    where = f" at https://dashboard.umbrella.com/msp/{number}" if kind == "msp" else ""
    return OrderStep(
        f"In the Umbrella console {number}{where} go to {kind.upper()} Settings > PSA Integration Details."
    )


def _customize_step(function: str, items: Sequence[str]) -> OrderStep:
    """Say what a list must hold; the dialogue is known of Table Setup alone, and taken to be the same (coverage.md)."""
    place = function.replace(" / ", " > ", 1)
    text = f'At {place} click "customize". "Allow Access to these" must list exactly these; click Save there:'
    nothing = "no table at all" if function == TABLE_SETUP else "nothing at all"
    return OrderStep(text, points=items or [nothing])


def _format_row(row: RoleSetting) -> str:
    """All four columns: what was granted too much is named as well."""
    levels = [(verb.capitalize(), getattr(row, f"{verb}Level")) for verb in _LEVELS]
    shown = ", ".join(f"{column} {level}" for column, level in levels if level)
    return f"{row.moduleName} > {row.moduleFunctionName}: {shown}"


def _format_step(number: int, step: OrderStep) -> list[str]:
    lines = [_wrap(step.text, f"{number}. ", "   ")]
    lines += [_wrap(point, "   - ", "     ") for point in step.points]
    if step.copy:
        lines += ["", *(f"       {line}" for line in step.copy), ""]  # verbatim, and never wrapped
    return lines


def _wrap(text: str, first: str = "", rest: str = "") -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )
