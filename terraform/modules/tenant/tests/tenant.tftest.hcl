# `terraform test` (or `tofu test`) in the module's folder: a tenant is made, changed and taken away again, at the site and
# the console that the environment names (docs/settings.md: UMBRELLA_PSA_CONNECTWISE_SITE and so on). Use a simulator's, or
# those of a tenant for trials. Nothing is mocked: Terraform mocks no ephemeral resource.

provider "umbrellapsa" {
  tenant = "module-test"
}

run "a_tenant_is_made" {
  assert {
    condition     = output.public_key != "" && output.umbrella_applied == output.public_key
    error_message = "Umbrella does not hold the key that was made."
  }

  assert {
    condition     = output.private_key != null && output.vault_reference == ""
    error_message = "Without a vault the private half is an output, and there is no reference."
  }

  assert {
    condition     = alltrue([for id in [output.role_id, output.member_id, output.key_id] : id != ""])
    error_message = "An id is missing."
  }
}

run "a_renamed_role_takes_the_member_along" {
  variables {
    role_name = "Umbrella 2"
  }

  assert {
    condition     = umbrellapsa_api_member.this.role_id == output.role_id && umbrellapsa_security_role.this.name == "Umbrella 2"
    error_message = "The member has another role."
  }

  assert {
    condition     = output.public_key != "" && output.umbrella_applied == output.public_key
    error_message = "Umbrella does not hold the key any more."
  }
}

run "another_rotate_is_another_key" {
  variables {
    role_name = "Umbrella 2"
    rotate    = "2"
  }

  assert {
    condition     = umbrellapsa_api_key.this.rotate == "2" && output.umbrella_applied == output.public_key
    error_message = "Umbrella does not hold the new key."
  }
}
