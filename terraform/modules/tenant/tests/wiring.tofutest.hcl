# `tofu test` alone, without a site: OpenTofu mocks ephemeral resources, Terraform 1.15 mocks none and does not read this
# file. What is handed from one resource to the next, which a real site would never show to be crossed.

mock_provider "umbrellapsa" {
  override_resource {
    target = umbrellapsa_security_role.this
    values = { id = "role" }
  }

  override_resource {
    target = umbrellapsa_permission_set.this
    values = { id = "permissions", granted = "role" }
  }

  override_resource {
    target = umbrellapsa_api_member.this
    values = { id = "member" }
  }

  override_resource {
    target = umbrellapsa_api_key.this
    values = { id = "key", public_key = "public", private_key = "private", minted_on = "2026-01-01" }
  }

  override_resource {
    target = umbrellapsa_vault_secret.this
    values = { id = "vault", place = "vault://secret/acme" }
  }

  override_resource {
    target = umbrellapsa_psa_integration.this
    values = { id = "integration", sink = "umbrella" }
  }
}

run "without_a_vault" {
  variables {
    role_name    = "Wired"
    member_id    = "Wired"
    max_age_days = 90
  }

  assert {
    condition     = umbrellapsa_permission_set.this.role_id == "role" && umbrellapsa_permission_set.this.role_name == "Wired"
    error_message = "The permission set is not the role's."
  }

  assert {
    condition     = umbrellapsa_api_member.this.role_id == "role" && umbrellapsa_api_member.this.granted == "role"
    error_message = "The member does not wait for its role to be granted what it may."
  }

  assert {
    condition     = umbrellapsa_api_key.this.member_id == "member" && umbrellapsa_api_key.this.max_age_days == 90
    error_message = "The key is not the member's."
  }

  assert {
    condition     = umbrellapsa_psa_integration.this.proved == umbrellapsa_access_proof.this.key_id
    error_message = "Umbrella does not wait for the proof."
  }

  assert {
    condition     = umbrellapsa_psa_integration.this.escrowed == "key" && length(umbrellapsa_vault_secret.this) == 0
    error_message = "Without a vault nothing is escrowed, and nothing waits for it."
  }

  assert {
    condition     = output.vault_reference == "" && output.private_key == "private"
    error_message = "Without a vault the private half is an output."
  }
}

run "with_a_vault" {
  variables {
    vault = true
  }

  assert {
    condition     = umbrellapsa_psa_integration.this.escrowed == umbrellapsa_vault_secret.this[0].key_id
    error_message = "Umbrella does not wait for the vault."
  }

  assert {
    condition     = output.vault_reference == "vault://secret/acme"
    error_message = "The entry's place is no output."
  }
}
