# Renewed in place: the successor is minted, proved and written into Umbrella before this one is revoked.
resource "umbrellapsa_api_key" "example" {
  member_id    = umbrellapsa_api_member.example.id
  description  = "Umbrella PSA Integration"
  rotate       = "2026-11" # another text means a new key
  max_age_days = 180       # and so does this age
}
