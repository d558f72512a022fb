# Exclusive: what is not named here is None, and a level that somebody adds is drift.
resource "umbrellapsa_permission_set" "example" {
  role_id   = umbrellapsa_security_role.example.id
  role_name = umbrellapsa_security_role.example.name

  permissions = {
    "Companies / Company Maintenance" = { inquire = "All" }
    "Service Desk / Service Tickets"  = { add = "All", edit = "All", inquire = "All" }
  }

  table_access = ["Service / Priority", "Service / Service Board"]

  lifecycle {
    create_before_destroy = true
  }
}
