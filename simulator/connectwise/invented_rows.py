"""Module functions that we made up, so that a role has as many rows as a busy site and paging matters.

None for Service Desk and System, whose rows are all documented. The marks are explained in catalogue.py.
"""

from typing import Final

ROWS: Final = {
    "Companies": """
        Company Audit Trail | -add -edit -delete
        Company Custom Fields
        Company Documents | my
        Company Finder
        Company Merge | -edit -delete
        Company Sites | my
        Configuration Bundles
        Configuration Merge | -edit -delete
        Contact Merge | -edit -delete
        Contact Portal Access
        Managed Services Review
        Opt-Out Settings
        """,
    "Finance": """
        Accounting Batch History | -add -edit -delete
        Agreement Adjustments
        Agreement Board Defaults
        Agreement Recap | report -add -edit -delete
        Agreement Sites
        Agreement Work Roles
        Agreement Work Types
        Credit Memos
        Currency Rates
        Down Payments
        Invoice Payments
        Invoice Routing
        Invoice Write-off | -add -delete
        Payment Processing
        Revenue Recognition
        Special Invoices
        Tax Code Maintenance
        Unbilled Work | -add -edit -delete
        """,
    "Marketing": """
        Campaign Audience
        Campaign E-mail Opens | -add -edit -delete
        Campaign Forms
        Campaign Link Clicks | -add -edit -delete
        Campaigns | my
        Document Library
        E-mail Templates
        Lead Routing
        Marketing Dashboard | -add -edit -delete
        """,
    "Procurement": """
        Catalog Bundles
        Catalog Import | -edit -delete
        Cost Overrides | -add -delete
        Cycle Counts
        Distributor Connection
        Drop Shipments
        Inventory Dashboard | -add -edit -delete
        Inventory Min/Max
        Manufacturer Maintenance
        Minimum Stock
        Pick List
        Price Overrides | -add -delete
        Product Returns
        Purchase Order Approval | -add -delete
        Receiving
        Shipping
        Vendor Price Updates
        Warehouse Transfers Approval | -add -delete
        """,
    "Project": """
        Project Audit Trail | -add -edit -delete
        Project Baselines
        Project Boards
        Project Budget
        Project Change Orders
        Project Dashboard | -add -edit -delete
        Project Dependencies
        Project Documents | my
        Project Gantt Export | -edit -delete
        Project Issues
        Project Portfolio | -add -edit -delete
        Project Risks
        Project Templates
        Project Wizard | -edit -delete
        Project Workplan | my
        """,
    "Sales": """
        Commission Plans
        Commission Reports | report -add -edit -delete
        Forecast Adjustments
        Lead Conversion | -edit -delete
        Opportunity Forecast | my
        Opportunity Notes | my
        Opportunity Surveys
        Opportunity Teams
        Opportunity to Agreement | -edit -delete
        Opportunity to Project | -edit -delete
        Proposal Templates
        Quote Approval | -add -delete
        Quote Export | -edit -delete
        Sales Activity Recap | -add -edit -delete
        Sales Goals
        Sales Team Maintenance
        Territory Maintenance
        """,
    "Time & Expense": """
        Activity Stopwatch | my
        Attendance Reconciliation
        Charge Code Maintenance
        Expense Attachments | my
        Expense Audit Trail | -add -edit -delete
        Expense Bill Flags
        Expense Classification
        Mileage Rates
        Missing Time Report | report -add -edit -delete
        Overtime Rules
        Schedule Hold
        Time Audit Trail | -add -edit -delete
        Time Entry Internal Notes
        Time Entry Work Type Override | -add -delete
        Time Off Accruals
        Time Off Requests | my
        Utilization Dashboard | -add -edit -delete
        """,
}
