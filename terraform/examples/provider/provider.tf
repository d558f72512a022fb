terraform {
  required_version = ">= 1.11"

  required_providers {
    umbrellapsa = {
      source = "umbrella-psa/umbrellapsa"
    }
  }
}

# Secrets come from the environment (UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY), or from ephemeral variables: so they are in no
# state and in no saved plan.
variable "connectwise_private_key" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = null
}

provider "umbrellapsa" {
  tenant = "acme" # a part of whose its keys are, so it stays

  connectwise {
    site        = "na.myconnectwise.net"
    company_id  = "acme"
    public_key  = "wJ8kZ4tq0XfB2mRs" # the provisioning key's
    private_key = var.connectwise_private_key
  }

  umbrella {
    console    = "msp"
    console_id = "1234567"
  }

  vault {
    url = "vault://secret/umbrella/acme" # the private key is then in no state
  }
}
