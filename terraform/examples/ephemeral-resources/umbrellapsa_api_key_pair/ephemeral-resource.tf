# The private half, from the vault, for the length of one run.
ephemeral "umbrellapsa_api_key_pair" "example" {
  key_id     = umbrellapsa_api_key.example.id
  public_key = umbrellapsa_api_key.example.public_key
}
