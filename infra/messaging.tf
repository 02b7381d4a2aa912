# The topics. The subscriptions of the functions are Eventarc's: firebase deploy makes them, and scripts/deployment/attach-dead-letters.ts gives
# them their dead-letter topic, because neither Firebase nor Terraform can.

resource "google_pubsub_topic" "analysis_requested" {
  name                       = "analysis-requested"
  kms_key_name               = google_kms_crypto_key.key["pubsub"].id
  message_retention_duration = "604800s"

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
  depends_on = [google_kms_crypto_key_iam_member.user]
}

resource "google_pubsub_topic" "dead_letters" {
  name                       = "dead-letters"
  kms_key_name               = google_kms_crypto_key.key["pubsub"].id
  message_retention_duration = "2678400s"

  message_storage_policy {
    allowed_persistence_regions = [var.region]
  }
  depends_on = [google_kms_crypto_key_iam_member.user]
}

# Whatever happens to onDeadLetter, what was given up stays here for 31 days, until somebody has looked at it.
resource "google_pubsub_subscription" "dead_letters_kept" {
  name                       = "dead-letters-kept"
  topic                      = google_pubsub_topic.dead_letters.id
  ack_deadline_seconds       = 60
  message_retention_duration = "2678400s"

  expiration_policy {
    ttl = "" # never
  }
}

resource "google_pubsub_topic_iam_member" "requests" {
  for_each = toset([
    "delete-upload",
    "on-analysis-requested",
    "on-recording-finalized",
    "retry-upload",
    "sweep-stalled",
    "upload-recording",
  ])
  topic  = google_pubsub_topic.analysis_requested.name
  role   = "roles/pubsub.publisher"
  member = google_service_account.function[each.key].member
}

resource "google_pubsub_topic_iam_member" "given_up" {
  for_each = toset(["on-analysis-requested"])
  topic    = google_pubsub_topic.dead_letters.name
  role     = "roles/pubsub.publisher"
  member   = google_service_account.function[each.key].member
}

# Pub/Sub itself moves what failed too often. Its right to take it from the source is on Eventarc's subscription, so it is
# scripts/deployment/attach-dead-letters.ts that grants it.
resource "google_pubsub_topic_iam_member" "moved" {
  topic  = google_pubsub_topic.dead_letters.name
  role   = "roles/pubsub.publisher"
  member = google_project_service_identity.agent["pubsub.googleapis.com"].member
}

# On the project because Eventarc makes and reads topics and subscriptions that do not exist yet.
resource "google_project_iam_member" "eventarc_agent" {
  project = var.project_id
  role    = "roles/eventarc.serviceAgent"
  member  = google_project_service_identity.agent["eventarc.googleapis.com"].member
}
