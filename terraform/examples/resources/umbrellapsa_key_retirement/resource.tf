# Revokes every other key of ours, and none that Umbrella holds.
resource "umbrellapsa_key_retirement" "example" {
  member_id   = umbrellapsa_api_member.example.id
  key_id      = umbrellapsa_api_key.example.id
  public_key  = umbrellapsa_api_key.example.public_key
  private_key = ephemeral.umbrellapsa_api_key_pair.example.private_key

  depends_on = [umbrellapsa_psa_integration.example] # once Umbrella has the current one
}
