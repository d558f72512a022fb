# The call that mints has put the pair there already; this looks after the entry and obeys the vault's on_destroy.
resource "umbrellapsa_vault_secret" "example" {
  key_id      = umbrellapsa_api_key.example.id
  public_key  = umbrellapsa_api_key.example.public_key
  private_key = ephemeral.umbrellapsa_api_key_pair.example.private_key
  minted_on   = umbrellapsa_api_key.example.minted_on
  rotate      = umbrellapsa_api_key.example.rotate
}
