"""What Cisco Umbrella needs in ConnectWise PSA, and nothing else.

Source: Cisco, "Configure API Keys in ConnectWise for PSA Integration in Umbrella MSP and MSSP Consoles"
(document 225008), steps 4 and 5. What each grant carries is inferred (docs/coverage.md).
"""

from __future__ import annotations

from typing import Final

UMBRELLA_PERMISSIONS: Final[dict[str, dict[str, str]]] = {
    # "Companies -> Company Maintenance: Inquire Level: All": to match company ids.
    "Companies / Company Maintenance": {"inquire": "All"},
    # "Companies -> Configurations: Add, Edit, Inquire Level: All": the daily record of each organisation.
    "Companies / Configurations": {"add": "All", "edit": "All", "inquire": "All"},
    # "Service Desk -> Service Tickets: Add, Edit, Inquire Level: All": tickets, and appending to them.
    "Service Desk / Service Tickets": {"add": "All", "edit": "All", "inquire": "All"},
    # "System -> Table Setup: Add, Edit, Inquire Level: All": the configuration type and the pick lists below.
    "System / Table Setup": {"add": "All", "edit": "All", "inquire": "All"},
}

# "click customize and set Allow Access to these": the tables of the Table Setup function.
UMBRELLA_TABLES: Final[tuple[str, ...]] = (
    "Company / Configuration",
    "Service / Priority",
    "Service / Service Board",
)
