output "role_id" {
  description = "The security role's id."
  value       = umbrellapsa_security_role.this.id
}

output "member_id" {
  description = "The API member's id."
  value       = umbrellapsa_api_member.this.id
}

output "key_id" {
  description = "The API key's id."
  value       = umbrellapsa_api_key.this.id
}

output "key_minted_on" {
  description = "The day on which the key was minted."
  value       = umbrellapsa_api_key.this.minted_on
}

output "public_key" {
  description = "The key's public half."
  value       = umbrellapsa_api_key.this.public_key
}

output "private_key" {
  description = "The key's private half; null with a vault."
  value       = umbrellapsa_api_key.this.private_key
  sensitive   = true
}

output "umbrella_applied" {
  description = "The public key that Umbrella holds; empty while a person has to enter it."
  value       = umbrellapsa_psa_integration.this.written_key
}

output "vault_reference" {
  description = "Where in the vault the pair is; empty without a vault."
  value       = var.vault ? umbrellapsa_vault_secret.this[0].place : ""
}

output "labels" {
  description = "The words of your own."
  value       = var.labels
}
