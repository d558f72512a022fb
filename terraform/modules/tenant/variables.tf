variable "vault" {
  description = "Whether the provider's block vault names one. The private key is then in no state."
  type        = bool
  default     = false
}

variable "role_name" {
  description = "The security role's name."
  type        = string
  default     = "Umbrella"
}

variable "member_id" {
  description = "The API member's id, permanent."
  type        = string
  default     = "Umbrella"
}

variable "member_name" {
  description = "The API member's name."
  type        = string
  default     = "Cisco Umbrella"
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
  description = "The key's description; our tag is appended."
  type        = string
  default     = "Umbrella PSA Integration"
}

variable "permissions" {
  description = "The role's levels by module function, all of them: what is not named is None. The default is Cisco's page."
  type        = map(map(string))
  default = {
    "Companies / Company Maintenance" = { inquire = "All" }
    "Companies / Configurations"      = { add = "All", edit = "All", inquire = "All" }
    "Service Desk / Service Tickets"  = { add = "All", edit = "All", inquire = "All" }
    "System / Table Setup"            = { add = "All", edit = "All", inquire = "All" }
  }
}

variable "table_access" {
  description = "The setup tables that the role may use, and no others. The default is Cisco's page."
  type        = list(string)
  default     = ["Company / Configuration", "Service / Priority", "Service / Service Board"]
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
