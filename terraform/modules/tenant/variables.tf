variable "vault" {
  description = "Whether the provider's block vault names one. The private key is then in no state."
  type        = bool
  default     = false
}

variable "integration" {
  description = "What the key is for, as the provider's block has it: a name of `umbrella-psa presets`."
  type        = string
  default     = "cisco-umbrella"

  validation {
    condition     = contains(keys(jsondecode(file("${path.module}/integrations.json"))), var.integration)
    error_message = "integration: there is no preset of this name; see `umbrella-psa presets`. Under this engine a preset of your own is permissions, table_access and the names, set here."
  }
}

variable "sink" {
  description = "Where the pair goes, as the provider's block has it: umbrella, manual or none."
  type        = string
  default     = null
}

variable "role_name" {
  description = "The security role's name. The default is the integration's: Umbrella."
  type        = string
  default     = null
}

variable "member_id" {
  description = "The API member's id, permanent. The default is the integration's: Umbrella."
  type        = string
  default     = null
}

variable "member_name" {
  description = "The API member's name. The default is the integration's: Cisco Umbrella."
  type        = string
  default     = null
}

variable "member_email" {
  description = "The API member's e-mail address, if it should have one."
  type        = string
  default     = ""
}

variable "member_defaults" {
  description = "level, securityLocation, location, department, territory, timeZone, board, by name; else the site's own."
  type        = map(string)
  default     = {}
}

variable "key_description" {
  description = "The key's description; our tag is appended. The default is the integration's: Umbrella PSA Integration."
  type        = string
  default     = null
}

variable "permissions" {
  description = "The role's levels by module function, all of them: what is not named is None. The default is the integration's."
  type        = map(map(string))
  default     = null
}

variable "table_access" {
  description = "The setup tables that the role may use, and no others, or \"uncustomized\": as the site has them. The default is the integration's."
  type        = any
  default     = null

  validation {
    condition     = var.table_access == null || can(tolist(var.table_access)) || try(var.table_access == "uncustomized", false)
    error_message = "table_access: must be a list of names such as \"Service / Priority\", or uncustomized."
  }
}

variable "customize" {
  description = "What the role may use, and nothing else, of other functions that have a customize list, by function. A list that is not named stays as the site has it."
  type        = map(list(string))
  default     = null
}

variable "rotate" {
  description = "Any text; another one means a new key."
  type        = string
  default     = ""
}

variable "max_age_days" {
  description = "From this age on the next apply renews the key."
  type        = number
  default     = null
}

variable "adopt" {
  description = "May a role or member that is there, and not ours, be taken over: never, identical or any."
  type        = string
  default     = "never"
}

variable "labels" {
  description = "Words of your own; they change nothing, and are an output for whoever chooses among many folders."
  type        = map(string)
  default     = {}
}
