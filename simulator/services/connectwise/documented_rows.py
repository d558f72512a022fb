"""Module functions that are on a page somewhere, as the site spells them; the marks are explained in catalogue.py.

Service Desk and System: every row of the two screenshots on Cisco's page "Configure API keys in ConnectWise for PSA
Integration" (225008), complete and verbatim. The other modules: what integrators print of a role (N-able, Barracuda,
Cyberfox, Commvault, Team GPS, Rewst). `customize` is what these pages show or the schema MySecurityCustomizeItem names;
`my` is what Rewst, N-able or Cyberfox grant as My, and elsewhere assumed; the missing levels (`-…`) are assumed.
"""

from __future__ import annotations

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
        Manage Attachments | my
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
        Marketing Reports | customize report -add -edit -delete
        """,
    "Procurement": """
        Inventory Adjustments
        Inventory Transfers
        Product Catalog
        """,
    "Project": """
        Close Project Tickets | -add -delete
        Close Project | -add -delete
        Project Contacts
        Project Tickets | my
        Project Ticket - Dependencies
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
        My Account | my customize
        My Company
        Report Writer
        Security Roles
        System Reports | customize report
        Table Setup | customize
        """,
    "Time & Expense": """
        Time Entry | my
        Time Entry Billable Option | my
        """,
}
