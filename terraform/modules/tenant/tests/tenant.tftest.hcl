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

run "nothing_is_left_to_do" {
  assert {
    condition     = output.key_id == run.a_tenant_is_made.key_id && output.role_id == run.a_tenant_is_made.role_id
    error_message = "A second apply made something anew."
  }
}

run "a_renamed_role_is_another_role_with_the_same_key" {
  variables {
    role_name = "Umbrella 2"
  }

  assert {
    condition     = output.role_id != run.a_tenant_is_made.role_id
    error_message = "The role is the same."
  }

  assert {
    condition     = output.key_id == run.a_tenant_is_made.key_id && output.member_id == run.a_tenant_is_made.member_id
    error_message = "The key or its member was made anew."
  }
}

run "another_rotate_is_another_key" {
  variables {
    role_name = "Umbrella 2"
    rotate    = "2"
  }

  assert {
    condition     = output.key_id != run.a_tenant_is_made.key_id && output.umbrella_applied == output.public_key
    error_message = "Umbrella does not hold a new key."
  }
}
