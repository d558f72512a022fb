# Signs in as the new key: more or fewer rights than these, and Umbrella does not get it.
resource "umbrellapsa_access_proof" "example" {
  key_id       = umbrellapsa_api_key.example.id
  public_key   = umbrellapsa_api_key.example.public_key
  private_key  = ephemeral.umbrellapsa_api_key_pair.example.private_key
  role_id      = umbrellapsa_security_role.example.id
  permissions  = umbrellapsa_permission_set.example.permissions
  table_access = umbrellapsa_permission_set.example.table_access

  depends_on = [umbrellapsa_vault_secret.example] # escrowed before anyone depends on it
}
