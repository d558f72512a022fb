variable "tenant" {
  description = "The tenant's name: lower-case letters, digits and hyphens. A part of whose its keys are, so it stays."
  type        = string
}

variable "connectwise" {
  description = "The ConnectWise site, the company and the provisioning key's public half."
  type = object({
    site        = string
    company_id  = string
    public_key  = string
    driver      = optional(string, "manual")
    gateway_url = optional(string)
  })
}

variable "integration" {
  description = "What the key is for: a name of `umbrella-psa presets`."
  type        = string
  default     = "cisco-umbrella"
}

variable "sink" {
  description = "Where the pair goes: umbrella, manual (a person enters it) or none (the vault alone); null as the integration has it."
  type        = string
  default     = null
}

variable "applied_key" {
  description = "manual, none: the public key that is in use by a person's word."
  type        = string
  default     = null
}

variable "umbrella" {
  description = "The Umbrella console; left out where the key is for something else. With the driver manual, applied_key is the public key that a person has entered."
  type = object({
    console     = optional(string)
    console_id  = optional(string)
    driver      = optional(string, "manual")
    gateway_url = optional(string)
    applied_key = optional(string)
    adopt       = optional(string)
  })
  default = {}
}

variable "allow" {
  description = "Guards that are lifted on purpose: docs/guards.md."
  type        = list(string)
  default     = []
}

variable "labels" {
  description = "Words of your own."
  type        = map(string)
  default     = {}
}

# Ephemeral: in no state and no saved plan. Give them as TF_VAR_connectwise_private_key and so on, or leave them out and
# set UMBRELLA_PSA_CONNECTWISE_PRIVATE_KEY, which the provider itself reads.
variable "connectwise_client_id" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = null
}

variable "connectwise_private_key" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = null
}

variable "connectwise_gateway_token" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = null
}

variable "umbrella_gateway_token" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = null
}

variable "manual_public_key" {
  description = "The public half of the key that a person made at a work order's bidding."
  type        = string
  default     = null
}

variable "manual_private_key" {
  description = "Its private half."
  type        = string
  sensitive   = true
  ephemeral   = true
  default     = null
}

variable "vault_url" {
  description = "Where the pair is kept, such as vault://secret/umbrella/acme; null keeps the private half in the state."
  type        = string
  default     = null
}

variable "rotate" {
  description = "Any text; another one means a new key."
  type        = string
  default     = ""
}
