"""Module functions that are on a page somewhere, as the site spells them; the marks are explained in catalogue.py.

Service Desk and System: every row of the two screenshots on Cisco's page "Configure API keys in ConnectWise for PSA
Integration" (225008), complete and verbatim. The other modules: the role tables that integrators publish (Barracuda
Intronis, N-able, Cyberfox, Commvault, Team GPS). The marks `my` and `-…` are assumed throughout, `customize` is what
the pages show or what the schema MySecurityCustomizeItem names.
"""

from typing import Final

ROWS: Final = {
    "Companies": """
        Company Maintenance | my
        Company/Contact Group Maintenance
        Configuration - Display Passwords | -add -delete
        Configurations | my customize
        Contacts | my
        CRM/Sales Activities | my
        Import Contacts | -edit -delete
        Manage Attachments
        Management | my
        Notes | my
        Reports | customize report -add -edit -delete
        Surveys
        Team Members
        Tracks
        UserCentric
        """,
    "Finance": """
        Accounting Interface
        Agreement Invoicing | customize
        Agreement Sales
        Agreements | my customize
        Billing Rate Maintenance
        Billing Reconciliation
        Billing View Time | -add
        Company Finance
        Expense Reimbursements
        Financial Dashboard | -add -edit -delete
        Invoice Approval
        Invoicing | my
        Reports | customize report -add -edit -delete
        """,
    "Marketing": """
        ConnectWise Campaign
        Marketing Groups
        Marketing Management
        Reports | customize report -add -edit -delete
        """,
    "Procurement": """
        Inventory Adjustments
        Inventory Transfers
        Pricing Schedules
        Product Catalog
        Products | my
        Purchase Orders | my
        Purchasing Demand
        Reports | customize report -add -edit -delete
        RMA
        Serialized Inventory
        """,
    "Project": """
        Close Project Tickets | -add -delete
        Close Projects | -add -delete
        Project Billing Rates
        Project Contacts
        Project Finance
        Project Headers | my
        Project Management
        Project Notes
        Project Phase
        Project Product
        Project Reports | customize report -add -edit -delete
        Project Scheduling | my customize
        Project Teams
        Project Ticket Tasks
        Project Tickets | my
        Project Tickets - Finance
        """,
    "Sales": """
        Closed Opportunity | -add -delete
        Opportunity | my
        Reports | customize report -add -edit -delete
        Sales Dashboard | -add -edit -delete
        Sales Funnel | my -add -edit -delete
        Sales Orders | my
        Sales Orders - Finance
        Sales Quotas
        """,
    "Service Desk": """
        Agile Board
        Change Approvals
        ChangeManagement
        Close Service Tickets
        CloudConsole
        ConnectWise Chat
        ConnectWise Control
        ConnectWise Manage Network
        ITBoost
        Knowledge Base Approver
        Knowledge Base Creator
        Launch Remote Access
        Merge Tickets
        Print Service Signoff
        Reports | customize report
        Resource Scheduling | my customize
        Service Dashboard
        Service Ticket - Dependencies
        Service Tickets | my
        Service Tickets - Finance
        SLA Dashboard
        Ticket Templates
        """,
    "System": """
        Add Licenses
        API Reports
        Chat with ConnectWise Manage Support
        ConnectWise Manage Labs
        ConnectWise Next
        ConnectWise Now
        Custom Menu Entry | customize
        Data Import
        Email Audit
        Health Dashboard
        List View Export
        Manage Hosted API | customize
        Marketplace Sharing
        Mass Maintenance | customize
        Member Maintenance
        My Account | customize
        My Company
        Report Writer
        Security Roles
        System Reports | customize report
        Table Setup | customize
        """,
    "Time & Expense": """
        Expense Approvals | my
        Expense Billable Option | -add -delete
        Expense Entry | my
        Expense Reports | my
        Reports | customize report -add -edit -delete
        Time Approvals | my
        Time Entry | my
        Time Entry Billable Option | -add -delete
        Time Sheets | my
        """,
}
