# A service perimeter, first only as a rehearsal: it blocks nothing and writes what it would have blocked to the audit log. Phones
# speak to Firestore, Storage and Firebase Authentication from outside any network of ours, so enforcing it needs an ingress rule
# for them first; README says how to read the rehearsal.

locals {
  protected_services = [
    "aiplatform.googleapis.com",
    "cloudfunctions.googleapis.com",
    "cloudkms.googleapis.com",
    "eventarc.googleapis.com",
    "firestore.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
  ]
}

resource "google_project_service" "access_context_manager" {
  count              = var.access_policy == "" ? 0 : 1
  service            = "accesscontextmanager.googleapis.com"
  disable_on_destroy = false
}

resource "google_access_context_manager_service_perimeter" "this" {
  count                     = var.access_policy == "" ? 0 : 1
  parent                    = "accessPolicies/${var.access_policy}"
  name                      = "accessPolicies/${var.access_policy}/servicePerimeters/clarity_loop_${var.environment}"
  title                     = "clarity_loop_${var.environment}"
  use_explicit_dry_run_spec = true

  spec {
    resources           = ["projects/${local.project_number}"]
    restricted_services = local.protected_services

    vpc_accessible_services {
      enable_restriction = true
      allowed_services   = ["RESTRICTED-SERVICES"]
    }

    # The workflows, which come from GitHub's machines.
    ingress_policies {
      ingress_from {
        identities = [for account in google_service_account.ci : account.member]
        sources {
          access_level = "*"
        }
      }
      ingress_to {
        resources = ["projects/${local.project_number}"]
        dynamic "operations" {
          for_each = local.protected_services
          content {
            service_name = operations.value
            method_selectors {
              method = "*"
            }
          }
        }
      }
    }
  }
  depends_on = [google_project_service.access_context_manager]
}
