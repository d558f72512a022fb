"""The setup tables: categories and names as the screen "Table Setup, customize" lists them.

"Category / Name" is a table's label on Cisco's page (225008): "Company / Configuration", "Service / Priority". The
tables come from that page's right-hand list, from the vendor's "Setup Tables Reference Guide" and from Quoter's page
"ConnectWise Custom API Role".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_CATEGORIES: Final = {
    "Activities": "Activity Status-CRM; Activity Type",
    "Agreements": "Agreement Type; Batch",
    "Company": "Address Formats; Company Status; Company Type; Configuration; Configuration Status; Country; Currency; "
    "Managed Devices Integration; Management; Management Backup; Management IT; Management Network Security; "
    "Market Description; Note Type; Ownership Type; State; Team Role; Time Zone",
    "Contacts": "Communication Type; Contact Relationship; Contact Type; Departments; Groups",
    "CRM & Sales": "Surveys - CRM; Tracks",
    "Expense": "Expense Type; Payment Type",
    "General": "Auto Sync Time; Business Report Cards; Custom Fields; E-mail Connector; In/Out Types; "
    "Integrator Login; Links; Manage Hosted API; Portal Configuration; SSO Configuration; Workflow Rules",
    "General Ledger": "Accounting Package; GL Accounts",
    "Inventory": "Adjustment Type; Warehouse; Warehouse Bin",
    "Invoicing": "Billing Cycle; Billing Setup; Billing Status; Billing Terms; Delivery Method; Invoice Templates; "
    "Shipment Methods; Tax Code",
    "Member": "Certifications; Member Type; Skill Category; Skills",
    "My Company": "Holiday List; Office Calendar",
    "Opportunities": "Opportunity Status; Opportunity Type; Rating; Sales Probability; Sales Stages",
    "Products": "Category; Manufacturer; Product Type; SubCategory; Unit of Measure; Vendor SKU",
    "Project": "Phase Status; Project Board; Project Roles; Project Status; Project Type",
    "Purchasing": "Purchase Order Status; RMA Actions; RMA Disposition; RMA Status",
    "Schedule": "Schedule Reminder Times; Schedule Span; Schedule Status; Schedule Type",
    "Service": "Impact; Knowledge Base Categories; Priority; Service Board; Service Location; Service Sign Off; "
    "Severity; SLA; Standard Notes; Surveys - Service; Ticket Template",
    "Time": "Activity Charge Codes; Time Period Setup; Work Role; Work Type",
}

# Which module a category belongs to is not documented; the field exists (schema SetupScreen), so it is filled.
_MODULE: Final = {
    "Agreements": "Finance",
    "Company": "Companies",
    "Contacts": "Companies",
    "Expense": "Time & Expense",
    "General Ledger": "Finance",
    "Inventory": "Procurement",
    "Invoicing": "Finance",
    "Opportunities": "Sales",
    "Products": "Procurement",
    "Project": "Project",
    "Purchasing": "Procurement",
    "Service": "Service Desk",
    "Time": "Time & Expense",
}


@dataclass(frozen=True)
class SetupScreen:
    category: str
    name: str
    module: str

    @property
    def label(self) -> str:
        return f"{self.category} / {self.name}"

    @property
    def identifier(self) -> str:
        """The label without spaces and punctuation; how the real site spells it is unknown (docs/coverage.md)."""
        return "".join(letter for letter in self.label if letter.isalnum())


SCREENS: Final[tuple[SetupScreen, ...]] = tuple(
    sorted(
        (
            SetupScreen(category, name.strip(), _MODULE.get(category, "System"))
            for category, names in _CATEGORIES.items()
            for name in names.split(";")
        ),
        key=lambda screen: screen.label.casefold(),
    )
)
BY_LABEL: Final = {screen.label: screen for screen in SCREENS}


def sort_labels(labels: set[str]) -> list[str]:
    """Sort labels as the screen lists them: by the alphabet, ignoring case."""
    return sorted(labels, key=str.casefold)
