# One tenant, in the order in which it is made:
#
#   security role > permission set > API member > API key > vault secret > access proof > PSA integration > key retirement
#
# A role and a member that are renamed are made anew before the old ones go; a key is never replaced, it is renewed in
# place, and its predecessor is revoked last, by the retirement.

locals {
  integration = jsondecode(file("${path.module}/integrations.json"))[var.integration]

  role_name       = coalesce(var.role_name, local.integration.role_name)
  member_id       = coalesce(var.member_id, local.integration.member_id)
  member_name     = coalesce(var.member_name, local.integration.member_name)
  key_description = coalesce(var.key_description, local.integration.key_description)

  published    = tomap({ for name, levels in local.integration.permissions : name => tomap(levels) })
  permissions  = var.permissions == null ? local.published : var.permissions
  table_access = var.table_access == null ? try(tolist(local.integration.table_access), null) : try(tolist(var.table_access), null)
  customize    = var.customize == null ? try(tomap({ for name, items in local.integration.customize : name => tolist(items) }), null) : var.customize
  # A vendor's spelling is matched with the site's by rule; what stands in a configuration is spelled as the site does.
  vendor_names = var.permissions == null && var.integration != "cisco-umbrella" ? keys(local.published) : null

  # With a vault the private half is in no state: it comes from there, for the length of a run.
  private_key = var.vault ? ephemeral.umbrellapsa_api_key_pair.current[0].private_key : umbrellapsa_api_key.this.private_key
}

resource "umbrellapsa_security_role" "this" {
  name  = local.role_name
  adopt = var.adopt

  # What else will be made: all of it is held against the site before any of it is.
  plan = {
    permissions     = local.permissions
    table_access    = local.table_access
    customize       = local.customize
    vendor_names    = local.vendor_names
    role            = local.role_name
    member          = local.member_id
    member_name     = local.member_name
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
  role_name    = local.role_name
  permissions  = local.permissions
  table_access = local.table_access
  customize    = local.customize
  vendor_names = local.vendor_names
  member       = local.member_id

  lifecycle {
    create_before_destroy = true
  }
}

resource "umbrellapsa_api_member" "this" {
  identifier = local.member_id
  name       = local.member_name
  email      = var.member_email
  role_id    = umbrellapsa_security_role.this.id
  role_name  = local.role_name
  defaults   = var.member_defaults
  adopt      = var.adopt
  granted    = umbrellapsa_permission_set.this.granted # a member is never put on a bare role

  lifecycle {
    create_before_destroy = true
  }
}

resource "umbrellapsa_api_key" "this" {
  member_id    = umbrellapsa_api_member.this.id
  description  = local.key_description
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
  permissions  = local.permissions
  table_access = local.table_access
  customize    = local.customize
  vendor_names = local.vendor_names
  member       = local.member_id

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
  # What a person is told, where the sink is not Umbrella.
  product = var.integration == "cisco-umbrella" ? null : local.integration.title
  screen  = var.integration == "cisco-umbrella" ? null : local.integration.screen

  lifecycle {
    precondition {
      condition     = var.sink != "none" || var.vault
      error_message = "sink: is none, so the vault alone has the key, and no vault is set; set vault, and the provider's block vault."
    }
    postcondition {
      condition     = coalesce(self.sink, "umbrella") == coalesce(var.sink, var.integration == "cisco-umbrella" ? "umbrella" : "manual")
      error_message = "sink: the provider's block has another one, and that is what works; set sink and integration there, too."
    }
    postcondition {
      condition     = self.sink == null || contains(["cisco-umbrella", self.console], var.integration)
      error_message = "integration: the provider's block has another one, and that is whose the keys are; set the same in both."
    }
  }
}

resource "umbrellapsa_key_retirement" "this" {
  member_id   = umbrellapsa_api_member.this.id
  key_id      = umbrellapsa_api_key.this.id
  public_key  = umbrellapsa_api_key.this.public_key
  private_key = local.private_key
  member      = local.member_id

  # Older keys go once Umbrella has the current one, never before.
  depends_on = [umbrellapsa_psa_integration.this]
}
