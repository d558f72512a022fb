# One tenant, in the order in which it is made:
#
#   security role > permission set > API member > API key > vault secret > access proof > PSA integration > key retirement
#
# A role and a member that are renamed are made anew before the old ones go; a key is never replaced, it is renewed in
# place, and its predecessor is revoked last, by the retirement.

locals {
  # With a vault the private half is in no state: it comes from there, for the length of a run.
  private_key = var.vault ? ephemeral.umbrellapsa_api_key_pair.current[0].private_key : umbrellapsa_api_key.this.private_key
}

resource "umbrellapsa_security_role" "this" {
  name  = var.role_name
  adopt = var.adopt

  # What else will be made: all of it is held against the site before any of it is.
  plan = {
    permissions     = var.permissions
    table_access    = var.table_access
    role            = var.role_name
    member          = var.member_id
    member_name     = var.member_name
    member_email    = var.member_email
    member_defaults = var.member_defaults
    adopt           = var.adopt
    owner           = null # the provider knows
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "umbrellapsa_permission_set" "this" {
  role_id      = umbrellapsa_security_role.this.id
  role_name    = var.role_name
  permissions  = var.permissions
  table_access = var.table_access
  member       = var.member_id

  lifecycle {
    create_before_destroy = true
  }
}

resource "umbrellapsa_api_member" "this" {
  identifier = var.member_id
  name       = var.member_name
  email      = var.member_email
  role_id    = umbrellapsa_security_role.this.id
  role_name  = var.role_name
  defaults   = var.member_defaults
  adopt      = var.adopt
  granted    = umbrellapsa_permission_set.this.granted # a member is never put on a bare role

  lifecycle {
    create_before_destroy = true
  }
}

resource "umbrellapsa_api_key" "this" {
  member_id    = umbrellapsa_api_member.this.id
  description  = var.key_description
  rotate       = var.rotate
  max_age_days = var.max_age_days
}

ephemeral "umbrellapsa_api_key_pair" "current" {
  count = var.vault ? 1 : 0

  key_id     = umbrellapsa_api_key.this.id
  public_key = umbrellapsa_api_key.this.public_key
}

resource "umbrellapsa_vault_secret" "this" {
  count = var.vault ? 1 : 0

  key_id      = umbrellapsa_api_key.this.id
  public_key  = umbrellapsa_api_key.this.public_key
  private_key = local.private_key
  minted_on   = umbrellapsa_api_key.this.minted_on
  rotate      = var.rotate
}

resource "umbrellapsa_access_proof" "this" {
  key_id       = umbrellapsa_api_key.this.id
  public_key   = umbrellapsa_api_key.this.public_key
  private_key  = local.private_key
  role_id      = umbrellapsa_security_role.this.id
  permissions  = var.permissions
  table_access = var.table_access
  member       = var.member_id

  # A key is in the vault before anyone depends on it.
  depends_on = [umbrellapsa_permission_set.this, umbrellapsa_api_member.this, umbrellapsa_vault_secret.this]
}

resource "umbrellapsa_psa_integration" "this" {
  key_id      = umbrellapsa_api_key.this.id
  public_key  = umbrellapsa_api_key.this.public_key
  private_key = local.private_key
  member_id   = umbrellapsa_api_member.this.id
  # Umbrella gets a key that has proved itself, and no other.
  proved   = umbrellapsa_access_proof.this.key_id
  escrowed = var.vault ? umbrellapsa_vault_secret.this[0].key_id : umbrellapsa_api_key.this.id
}

resource "umbrellapsa_key_retirement" "this" {
  member_id   = umbrellapsa_api_member.this.id
  key_id      = umbrellapsa_api_key.this.id
  public_key  = umbrellapsa_api_key.this.public_key
  private_key = local.private_key
  member      = var.member_id

  # Older keys go once Umbrella has the current one, never before.
  depends_on = [umbrellapsa_psa_integration.this]
}
