"""Module functions for which we have no page: plausible names, so that a role has as many rows as a busy site.

None for Service Desk and System, whose rows are all documented. The marks are explained in catalogue.py.
"""

from __future__ import annotations

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
        Pricing Schedules
        Product Returns
        Products | my
        Purchase Order Approval | -add -delete
        Purchase Orders | my
        Purchasing Demand
        Receiving
        Reports | customize report -add -edit -delete
        RMA
        Serialized Inventory
        Shipping
        Vendor Price Updates
        Warehouse Transfers Approval | -add -delete
        """,
    "Project": """
        Project Audit Trail | -add -edit -delete
        Project Baselines
        Project Billing Rates
        Project Boards
        Project Budget
        Project Change Orders
        Project Dashboard | -add -edit -delete
        Project Dependencies
        Project Documents | my
        Project Finance
        Project Gantt Export | -edit -delete
        Project Headers | my
        Project Issues
        Project Management
        Project Notes
        Project Phase
        Project Portfolio | -add -edit -delete
        Project Product
        Project Reports | customize report -add -edit -delete
        Project Risks
        Project Scheduling | my customize
        Project Teams
        Project Templates
        Project Ticket Tasks
        Project Tickets - Finance
        Project Wizard | -edit -delete
        Project Workplan | my
        """,
    "Sales": """
        Closed Opportunity | -add -delete
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
        Opportunity | my
        Proposal Templates
        Quote Approval | -add -delete
        Quote Export | -edit -delete
        Reports | customize report -add -edit -delete
        Sales Activity Recap | -add -edit -delete
        Sales Dashboard | -add -edit -delete
        Sales Funnel | my -add -edit -delete
        Sales Goals
        Sales Orders - Finance
        Sales Orders | my
        Sales Quotas
        Sales Team Maintenance
        Territory Maintenance
        """,
    "Time & Expense": """
        Activity Stopwatch | my
        Attendance Reconciliation
        Charge Code Maintenance
        Expense Approvals | my
        Expense Attachments | my
        Expense Audit Trail | -add -edit -delete
        Expense Bill Flags
        Expense Billable Option | -add -delete
        Expense Classification
        Expense Entry | my
        Expense Reports | my
        Mileage Rates
        Missing Time Report | report -add -edit -delete
        Overtime Rules
        Reports | customize report -add -edit -delete
        Schedule Hold
        Time Approvals | my
        Time Audit Trail | -add -edit -delete
        Time Entry Internal Notes
        Time Entry Work Type Override | -add -delete
        Time Off Accruals
        Time Off Requests | my
        Time Sheets | my
        Utilization Dashboard | -add -edit -delete
        """,
}
