variable "project_id" {
  description = "The Google Cloud project, one for each environment. It must exist and have billing."
  type        = string
}

variable "environment" {
  description = "dev, staging or prod: also the name of the GitHub environment that may deploy."
  type        = string
  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "environment is dev, staging or prod."
  }
}

variable "region" {
  description = "Where everything is: functions, data, keys, logs. The same as `region` in functions/src/config.ts."
  type        = string
  default     = "europe-west4"
}

variable "github_repository_id" {
  description = "Number of the repository whose workflows may deploy: a name can be given up and taken by somebody else, a number cannot."
  type        = string
  validation {
    condition     = can(regex("^[0-9]+$", var.github_repository_id))
    error_message = "github_repository_id is a number: gh api repos/OWNER/NAME --jq .id"
  }
}

variable "github_owner_id" {
  description = "Number of the repository's owner."
  type        = string
  validation {
    condition     = can(regex("^[0-9]+$", var.github_owner_id))
    error_message = "github_owner_id is a number: gh api repos/OWNER/NAME --jq .owner.id"
  }
}

variable "own_keys" {
  description = "Whether the database, too, rests under a key of ours. Google gives this out by a form, to each project (README, step 0), and it cannot be changed later; false is for a trial."
  type        = bool
  default     = true
  validation {
    condition     = var.own_keys || var.environment != "prod"
    error_message = "prod holds people's data: its database rests under a key of ours (own_keys = true)."
  }
}

variable "alert_emails" {
  description = "Who is told when something is wrong."
  type        = list(string)
  validation {
    condition     = length(var.alert_emails) > 0
    error_message = "Give at least one address: alerts that nobody receives are none."
  }
}

variable "apple_app" {
  description = "The app for iOS and watchOS, which App Attest answers for; null for none."
  type        = object({ bundle_id = string, team_id = string })
  default     = null
}

variable "android_app" {
  description = "The app for Android, which Play Integrity answers for, with the fingerprints of its signing keys; null for none."
  type        = object({ package_name = string, sha256_hashes = list(string) })
  default     = null
}

variable "web_recaptcha_key" {
  description = "Site key of reCAPTCHA Enterprise that answers for the web app; empty where there is no web app."
  type        = string
  default     = ""
}

variable "anonymous_sign_in" {
  description = "Whether anybody may have an account without saying who they are."
  type        = bool
  default     = false
}

variable "recording_days" {
  description = "Days that a raw recording is kept after its analysis; the days and analyses made from it stay."
  type        = number
  default     = 30
}

variable "log_days" {
  description = "Days that the functions' logs and the audit logs are kept."
  type        = number
  default     = 400
}

variable "billing_account" {
  description = "The billing account to watch; empty for no budget (it needs rights on the billing account)."
  type        = string
  default     = ""
}

variable "monthly_budget" {
  description = "Whole units of the billing account's currency a month; the alert says at which share of it."
  type        = number
  default     = 50
}

variable "access_policy" {
  description = "Number of the organisation's access policy, for the service perimeter; empty for none."
  type        = string
  default     = ""
}
