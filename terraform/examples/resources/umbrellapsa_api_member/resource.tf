resource "umbrellapsa_api_member" "example" {
  identifier = "Umbrella"
  name       = "Cisco Umbrella"
  role_id    = umbrellapsa_security_role.example.id
  role_name  = umbrellapsa_security_role.example.name
  granted    = umbrellapsa_permission_set.example.granted # never put on a bare role

  # By name, as the member's screen has them; what is left out is the site's own default.
  defaults = {
    location = "Rome Office"
    timeZone = "CET"
  }

  lifecycle {
    create_before_destroy = true
  }
}
