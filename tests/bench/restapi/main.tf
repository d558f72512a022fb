# A tenant's role and its member, as the restapi provider has them: what a sweep is measured against
# (docs/performance.md). Levels are a list and no object, keys and table access are in no API: in the other one's favour
# they are left out.

terraform {
  required_providers {
    restapi = {
      source  = "mastercard/restapi"
      version = "1.20.0"
    }
  }
}

variable "site" {}
variable "authorization" { sensitive = true }
variable "client_id" {}
variable "role_id" {}
variable "member_id" {}

provider "restapi" {
  uri                  = "${var.site}/v4_6_release/apis/3.0"
  write_returns_object = true
  headers = {
    Authorization = var.authorization
    clientId      = var.client_id
  }
}

resource "restapi_object" "role" {
  path = "/system/securityRoles"
  data = jsonencode({ id = var.role_id })

  lifecycle {
    ignore_changes = [data, debug] # an import's own spelling
  }
}

resource "restapi_object" "member" {
  path = "/system/apiMembers"
  data = jsonencode({ id = var.member_id })

  lifecycle {
    ignore_changes = [data, debug]
  }
}
