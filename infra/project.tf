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

# Functions are built as Compute Engine's account: Firebase knows no other. Google makes it Editor of the project where no
# organisation forbids that, and a build runs the scripts of every package: it gets what a build needs instead.
locals {
  build_account = "serviceAccount:${local.project_number}-compute@developer.gserviceaccount.com"
}

resource "google_project_iam_member_remove" "build_editor" {
  project    = var.project_id
  role       = "roles/editor"
  member     = local.build_account
  depends_on = [google_project_service.api]
}

# On the project because log entries belong to it and to nothing smaller.
resource "google_project_iam_member" "build_log" {
  project    = var.project_id
  role       = "roles/logging.logWriter"
  member     = local.build_account
  depends_on = [google_project_service.api]
}

resource "google_project_iam_custom_role" "build_source_reader" {
  role_id     = "clarityBuildSourceReader"
  title       = "Clarity Loop: reads the source that is built"
  permissions = ["storage.objects.get", "storage.objects.list"]
}

# On the project because Cloud Functions makes the bucket of the sources with the first deploy; the condition names it.
resource "google_project_iam_member" "build_source" {
  project = var.project_id
  role    = google_project_iam_custom_role.build_source_reader.id
  member  = local.build_account
  condition {
    title      = "sources of functions only"
    expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${local.project_number}-${var.region}\")"
  }
  depends_on = [google_project_service.api]
}
