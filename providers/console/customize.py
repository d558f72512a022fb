"""The functions of a security role that have a list "customize", and what each list is called where it is spoken of.

The functions are those of the vendor's schema `MySecurityCustomizeItem`; that a role shows them under these names is
assumed but for Table Setup's (docs/coverage.md).
"""

from __future__ import annotations

from typing import Final

TABLE_SETUP: Final = "System / Table Setup"

IDENTIFIERS: Final = {
    "Companies / Configurations": "CompanyConfigurations",
    "Companies / Reports": "CompanyReports",
    "Finance / Agreements": "FinanceAgreements",
    "Finance / Reports": "FinanceReports",
    "Marketing / Marketing Reports": "MarketingReports",
    "Procurement / Reports": "ProcurementReports",
    "Project / Project Reports": "ProjectReports",
    "Project / Project Scheduling": "ProjectScheduling",
    "Sales / Reports": "SalesReports",
    "Service Desk / Reports": "ServiceReports",
    "Service Desk / Resource Scheduling": "ServiceResourceScheduling",
    "System / Custom Menu Entry": "SystemCustomMenuEntry",
    "System / Manage Hosted API": "SystemManageHostedApi",
    "System / Mass Maintenance": "SystemMassMaintenance",
    "System / My Account": "SystemMyAccount",
    "System / System Reports": "SystemReports",
    TABLE_SETUP: "SystemTableSetup",
    "Time & Expense / Reports": "TimeAndExpenseReports",
}
"""By function, how the site's API calls its list."""

_SENT = {TABLE_SETUP: "Table Setup"}
_RECEIVED = {name: function for function, name in _SENT.items()}


def name_list(function: str) -> str:
    """Name a list as sentences and the gateway's contract do: several modules have a function called Reports."""
    return _SENT.get(function, function)


def find_function(name: str) -> str | None:
    """Find the function whose list the contract calls so; None where there is no such list."""
    function = _RECEIVED.get(name, name)
    return function if function in IDENTIFIERS and name_list(function) == name else None


def name_items(function: str) -> str:
    """Name what the list holds."""
    return "setup tables" if function == TABLE_SETUP else f"items of {function}"
