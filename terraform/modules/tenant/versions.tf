terraform {
  # Write-only arguments and ephemeral resources.
  required_version = ">= 1.11"

  required_providers {
    umbrellapsa = {
      source = "umbrella-psa/umbrellapsa"
    }
  }
}
