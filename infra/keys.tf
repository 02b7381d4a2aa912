# One key for each kind of place that holds what people sent. A new version every 90 days; old versions stay, to read with.

resource "google_kms_key_ring" "this" {
  name       = "clarity-loop"
  location   = var.region
  depends_on = [google_project_service.api]
}

resource "google_kms_crypto_key" "key" {
  for_each                   = toset(["eventarc", "firestore", "logging", "pubsub", "secrets", "storage"])
  name                       = each.key
  key_ring                   = google_kms_key_ring.this.id
  rotation_period            = "7776000s" # 90 days
  destroy_scheduled_duration = "2592000s" # 30 days to think better of it

  lifecycle {
    prevent_destroy = true
  }
}

# Each of Google's services may use its own key, on that key only.
locals {
  key_users = {
    eventarc  = google_project_service_identity.agent["eventarc.googleapis.com"].member
    firestore = google_project_service_identity.agent["firestore.googleapis.com"].member
    logging   = "serviceAccount:${data.google_logging_project_settings.this.kms_service_account_id}"
    pubsub    = google_project_service_identity.agent["pubsub.googleapis.com"].member
    secrets   = google_project_service_identity.agent["secretmanager.googleapis.com"].member
    storage   = data.google_storage_project_service_account.this.member
  }
}

resource "google_kms_crypto_key_iam_member" "user" {
  for_each      = local.key_users
  crypto_key_id = google_kms_crypto_key.key[each.key].id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value
}

# Eventarc's topics are Pub/Sub's to encrypt, with Eventarc's key: without this no trigger of Storage or Firestore can be made.
resource "google_kms_crypto_key_iam_member" "channel_topics" {
  crypto_key_id = google_kms_crypto_key.key["eventarc"].id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = google_project_service_identity.agent["pubsub.googleapis.com"].member
}

# Topics that Eventarc makes for the events of Storage and Firestore carry object names and ids.
resource "google_eventarc_google_channel_config" "this" {
  name            = "${local.project}/locations/${var.region}/googleChannelConfig"
  location        = var.region
  crypto_key_name = google_kms_crypto_key.key["eventarc"].id
  depends_on      = [google_kms_crypto_key_iam_member.user, google_kms_crypto_key_iam_member.channel_topics]
}
