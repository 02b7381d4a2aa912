data "google_project" "this" {}

locals {
  project        = "projects/${var.project_id}"
  project_number = data.google_project.this.number

  apis = [
    "aiplatform.googleapis.com",
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "cloudkms.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "cloudscheduler.googleapis.com",
    "cloudtrace.googleapis.com",
    "compute.googleapis.com", # makes the account that Cloud Build runs as
    "eventarc.googleapis.com",
    "firebase.googleapis.com",
    "firebaseappcheck.googleapis.com",
    "firebaseextensions.googleapis.com", # firebase deploy asks it whether functions belong to extensions
    "firebaserules.googleapis.com",
    "firebasestorage.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "identitytoolkit.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "serviceusage.googleapis.com",
    "storage.googleapis.com",
    "sts.googleapis.com",
    "telemetry.googleapis.com",
  ]
}

resource "google_project_service" "api" {
  for_each           = toset(local.apis)
  service            = each.key
  disable_on_destroy = false
}

# Firebase is added by hand, because its bucket has to be there before (README, step 2).
import {
  to = google_firebase_project.this
  id = local.project
}

resource "google_firebase_project" "this" {
  provider   = google-beta
  depends_on = [google_project_service.api]
}

# The accounts that Google's services act as in this project. They exist only once they were asked for, and keys and topics are
# granted to them.
resource "google_project_service_identity" "agent" {
  provider = google-beta
  for_each = toset([
    "eventarc.googleapis.com",
    "firestore.googleapis.com",
    "pubsub.googleapis.com",
    "secretmanager.googleapis.com",
  ])
  service    = each.key
  depends_on = [google_project_service.api]
}

data "google_storage_project_service_account" "this" {
  depends_on = [google_project_service.api]
}

data "google_logging_project_settings" "this" {
  project    = var.project_id
  depends_on = [google_project_service.api]
}

# On the project because Cloud Functions builds in a place it chooses itself, and Firebase knows no other account for builds.
resource "google_project_iam_member" "build" {
  project    = var.project_id
  role       = "roles/cloudbuild.builds.builder"
  member     = "serviceAccount:${local.project_number}-compute@developer.gserviceaccount.com"
  depends_on = [google_project_service.api]
}
