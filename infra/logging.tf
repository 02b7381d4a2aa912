# What the functions log and who touched which data, in one bucket with our key and our retention, and in no other: Google's own
# _Required keeps the administrators' audit entries beside it and cannot be turned off. The functions log named events with allowed
# fields only (functions/src/telemetry/log.ts); the exclusion is the second net.

locals {
  # Who read and wrote data, and who took an account's place. Firestore is configured by its older name, and appears in the log by
  # its newer one.
  audited_services = [
    "aiplatform.googleapis.com",
    "cloudkms.googleapis.com",
    "datastore.googleapis.com",
    "iam.googleapis.com",
    "identitytoolkit.googleapis.com",
    "pubsub.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
    "sts.googleapis.com",
  ]

  # Names of what a recording, an analysis or a narrative holds: no log line has such a field.
  health_fields = [
    "activity",
    "analysis",
    "body",
    "cardio",
    "days",
    "embedding",
    "facts",
    "heartRate",
    "narrative",
    "nights",
    "prompt",
    "respiration",
    "rhythm",
    "samples",
    "sleep",
    "summary",
    "value",
  ]
  health_filter = join(" OR ", [for field in local.health_fields : "jsonPayload.${field}:*"])
}

resource "google_project_iam_audit_config" "data_access" {
  for_each = toset(local.audited_services)
  project  = var.project_id
  service  = each.key

  audit_log_config {
    log_type = "ADMIN_READ"
  }
  audit_log_config {
    log_type = "DATA_READ"
  }
  audit_log_config {
    log_type = "DATA_WRITE"
  }
}

resource "google_logging_project_bucket_config" "kept" {
  project        = var.project_id
  location       = var.region
  bucket_id      = "clarity-loop"
  retention_days = var.log_days

  cmek_settings {
    kms_key_name = google_kms_crypto_key.key["logging"].id
  }
  depends_on = [google_kms_crypto_key_iam_member.user]
}

resource "google_logging_project_sink" "kept" {
  name                   = "clarity-loop"
  destination            = "logging.googleapis.com/${google_logging_project_bucket_config.kept.id}"
  unique_writer_identity = true

  exclusions {
    name        = "health-fields"
    description = "No such field is ever logged; should one be, it is not kept."
    filter      = local.health_filter
  }
}

# The project's own bucket is not in our region, not under our key and paid for a second time. Terraform takes the sink over that is
# there; leaving it turns nothing on again.
resource "google_logging_project_sink" "default" {
  name                   = "_Default"
  destination            = "logging.googleapis.com/${local.project}/locations/global/buckets/_Default"
  unique_writer_identity = true
  disabled               = true

  exclusions {
    name        = "health-fields"
    description = "Should somebody turn it on again."
    filter      = local.health_filter
  }
  depends_on = [google_logging_project_sink.kept]
}
