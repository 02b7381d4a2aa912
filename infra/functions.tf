# One account for each function of functions/src/entries, named after it. What it may do is said beside what it does it to:
# storage.tf, firestore.tf, messaging.tf, secrets.tf and, for what has no resource of its own, here. README.md has the table.

locals {
  functions = {
    "delete-my-data"         = "Deletes everything about a person"
    "delete-upload"          = "Begins the deletion of an upload"
    "export-my-data"         = "Writes the archive of a person's data"
    "on-analysis-requested"  = "Does what waits for a person"
    "on-analysis-written"    = "Writes the narrative of an analysis"
    "on-dead-letter"         = "Keeps what was given up"
    "on-recording-finalized" = "Asks for the analysis of a stored recording"
    "refresh-narrative"      = "Writes a narrative anew"
    "request-upload"         = "Announces an upload"
    "retry-upload"           = "Takes a failed upload up again"
    "sweep-stalled"          = "Repairs what lost its event"
    "upload-recording"       = "Takes a recording over HTTPS"
    "weekly-report"          = "Shows a person their week"
  }
}

resource "google_service_account" "function" {
  for_each     = local.functions
  account_id   = each.key
  display_name = each.value
}

# Spans and measurements by OTLP, counted for this project (x-goog-user-project).
resource "google_project_iam_custom_role" "telemetry_writer" {
  role_id     = "clarityTelemetryWriter"
  title       = "Clarity Loop: sends traces and metrics"
  permissions = ["serviceusage.services.use", "telemetry.metrics.write", "telemetry.traces.write"]
}

# On the project because traces and metrics belong to it and to nothing smaller.
resource "google_project_iam_member" "telemetry" {
  for_each = local.functions
  project  = var.project_id
  role     = google_project_iam_custom_role.telemetry_writer.id
  member   = google_service_account.function[each.key].member
}

# The revocation check of an ID token looks the person up (accounts:lookup).
resource "google_project_iam_custom_role" "session_checker" {
  role_id     = "claritySessionChecker"
  title       = "Clarity Loop: checks whether a sign-in was revoked"
  permissions = ["firebaseauth.users.get"]
}

# On the project because Firebase Authentication has one set of accounts for a project.
resource "google_project_iam_member" "sessions" {
  for_each = toset([
    "delete-my-data",
    "delete-upload",
    "export-my-data",
    "refresh-narrative",
    "request-upload",
    "retry-upload",
    "upload-recording",
    "weekly-report",
  ])
  project = var.project_id
  role    = google_project_iam_custom_role.session_checker.id
  member  = google_service_account.function[each.key].member
}

# An App Check token that must be good for one call only is consumed where it was issued.
resource "google_project_iam_custom_role" "app_check_verifier" {
  role_id     = "clarityAppCheckVerifier"
  title       = "Clarity Loop: consumes App Check tokens"
  permissions = ["firebaseappcheck.appCheckTokens.verify"]
}

# On the project because App Check has no smaller resource.
resource "google_project_iam_member" "app_check" {
  for_each = toset(["delete-my-data", "export-my-data"])
  project  = var.project_id
  role     = google_project_iam_custom_role.app_check_verifier.id
  member   = google_service_account.function[each.key].member
}

# Gemini, and nothing else of Vertex AI.
resource "google_project_iam_custom_role" "narrator" {
  role_id     = "clarityNarrator"
  title       = "Clarity Loop: asks Gemini"
  permissions = ["aiplatform.endpoints.predict"]
}

# On the project because Google's own models are no resource of the project that could carry a policy.
resource "google_project_iam_member" "narrator" {
  for_each = toset(["on-analysis-written", "refresh-narrative", "sweep-stalled"])
  project  = var.project_id
  role     = google_project_iam_custom_role.narrator.id
  member   = google_service_account.function[each.key].member
}

# On the project because Eventarc hands events of Storage and Firestore to a trigger's account by its project. Pub/Sub needs none.
resource "google_project_iam_member" "event_receiver" {
  for_each = toset(["on-analysis-written", "on-recording-finalized"])
  project  = var.project_id
  role     = "roles/eventarc.eventReceiver"
  member   = google_service_account.function[each.key].member
}

# Pub/Sub signs its pushes as the trigger's account. In projects from before April 2021 it could do so for every account; here it
# may for these.
resource "google_service_account_iam_member" "push_tokens" {
  for_each = toset([
    "on-analysis-requested",
    "on-analysis-written",
    "on-dead-letter",
    "on-recording-finalized",
  ])
  service_account_id = google_service_account.function[each.key].name
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = google_project_service_identity.agent["pubsub.googleapis.com"].member
}

# Images of the functions, in the place where Cloud Functions looks for it. Without the policy of this name a deploy asks a question.
resource "google_artifact_registry_repository" "functions" {
  repository_id = "gcf-artifacts"
  location      = var.region
  format        = "DOCKER"

  cleanup_policies {
    id     = "firebase-functions-cleanup"
    action = "DELETE"
    condition {
      older_than = "${30 * 86400}s" # as long as a roll back may reach
    }
  }
  depends_on = [google_project_service.api]
}

resource "google_artifact_registry_repository_iam_member" "build" {
  location   = google_artifact_registry_repository.functions.location
  repository = google_artifact_registry_repository.functions.name
  role       = "roles/artifactregistry.writer"
  member     = local.build_account
}
