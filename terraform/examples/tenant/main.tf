# One tenant. Copy this folder, fill in terraform.tfvars, and run `terraform init` and `terraform apply` (or `tofu`).

terraform {
  required_version = ">= 1.11"

  required_providers {
    umbrellapsa = {
      source = "umbrella-psa/umbrellapsa"
    }
  }
}

provider "umbrellapsa" {
  tenant = var.tenant

  integration = var.integration
  sink        = var.sink
  applied_key = var.applied_key
  allow       = var.allow

  connectwise {
    site          = var.connectwise.site
    company_id    = var.connectwise.company_id
    public_key    = var.connectwise.public_key
    driver        = var.connectwise.driver
    gateway_url   = var.connectwise.gateway_url
    client_id     = var.connectwise_client_id
    private_key   = var.connectwise_private_key
    gateway_token = var.connectwise_gateway_token

    # With the driver `manual`: the pair that a person made, handed in.
    manual_public_key  = var.manual_public_key
    manual_private_key = var.manual_private_key
  }

  umbrella { # left empty where the key is for something else
    console       = var.umbrella.console
    console_id    = var.umbrella.console_id
    driver        = var.umbrella.driver
    gateway_url   = var.umbrella.gateway_url
    gateway_token = var.umbrella_gateway_token
    applied_key   = var.umbrella.applied_key
    adopt         = var.umbrella.adopt
  }

  vault {
    url = var.vault_url # null without one
  }
}

module "tenant" {
  source = "../../modules/tenant"

  vault  = var.vault_url != null
  labels = var.labels
  rotate = var.rotate

  integration = var.integration
  sink        = var.sink
}

output "tenant" {
  value     = module.tenant
  sensitive = true
}
