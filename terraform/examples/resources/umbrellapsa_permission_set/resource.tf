# Exclusive: what is not named here is None, and a level that somebody adds is drift.
resource "umbrellapsa_permission_set" "example" {
  role_id   = umbrellapsa_security_role.example.id
  role_name = umbrellapsa_security_role.example.name

  permissions = {
    "Companies / Company Maintenance" = { inquire = "All" }
    "Service Desk / Service Tickets"  = { add = "All", edit = "All", inquire = "All" }
  }

  table_access = ["Service / Priority", "Service / Service Board"]

  # The customize list of another function; one that is not named is left as it is.
  customize = {
    "Service Desk / Resource Scheduling" = ["Corporate (Level 1)"]
  }

  lifecycle {
    create_before_destroy = true
  }
}
