resource "umbrellapsa_security_role" "example" {
  name = "Umbrella"

  # Another name is another role: it is made before the old one goes, and no member is without one.
  lifecycle {
    create_before_destroy = true
  }
}
