resource "umbrellapsa_psa_integration" "example" {
  key_id      = umbrellapsa_api_key.example.id
  public_key  = umbrellapsa_api_key.example.public_key
  private_key = ephemeral.umbrellapsa_api_key_pair.example.private_key
  member_id   = umbrellapsa_api_member.example.id
  proved      = umbrellapsa_access_proof.example.key_id
  escrowed    = umbrellapsa_vault_secret.example.key_id # without a vault: the key's id
}
