# Indexes and exemptions from them come with firebase deploy, from firestore.indexes.json. TTL policies are here and there: a field's
# TTL is an index setting to Firebase, and a deploy with --force removes what that file does not name.

resource "google_firestore_database" "this" {
  name                              = "(default)"
  location_id                       = var.region
  type                              = "FIRESTORE_NATIVE"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = "DELETE_PROTECTION_ENABLED"

  # Chosen when the database is made, for good.
  dynamic "cmek_config" {
    for_each = var.own_keys ? ["firestore"] : []
    content {
      kms_key_name = google_kms_crypto_key.key["firestore"].id
    }
  }

  lifecycle {
    prevent_destroy = true
  }
  depends_on = [google_kms_crypto_key_iam_member.user]
}

# A week, as everywhere: after it, what a person deleted is in no copy any more.
resource "google_firestore_backup_schedule" "daily" {
  database  = google_firestore_database.this.name
  retention = "604800s"
  daily_recurrence {}
}

resource "google_firestore_field" "expiry" {
  for_each   = toset(["days", "exports", "quotas", "spending"])
  database   = google_firestore_database.this.name
  collection = each.key
  field      = "expiresAt"
  ttl_config {}
  index_config {} # nobody asks by it
}

resource "google_project_iam_custom_role" "document_reader" {
  role_id = "clarityDocumentReader"
  title   = "Clarity Loop: reads documents"
  # databases.get is what Firestore asks of a transaction.
  permissions = ["datastore.databases.get", "datastore.entities.get", "datastore.entities.list"]
}

resource "google_project_iam_custom_role" "document_writer" {
  role_id     = "clarityDocumentWriter"
  title       = "Clarity Loop: creates and changes documents"
  permissions = ["datastore.entities.create", "datastore.entities.update"]
}

resource "google_project_iam_custom_role" "document_deleter" {
  role_id     = "clarityDocumentDeleter"
  title       = "Clarity Loop: deletes documents"
  permissions = ["datastore.entities.delete"]
}

locals {
  this_database = {
    title      = "this database only"
    expression = "resource.name == \"${local.project}/databases/${google_firestore_database.this.name}\""
  }
}

# On the project because Firestore has no policies of its own; the condition names the one database.
resource "google_project_iam_member" "document_reader" {
  for_each = local.functions
  project  = var.project_id
  role     = google_project_iam_custom_role.document_reader.id
  member   = google_service_account.function[each.key].member
  condition {
    title      = local.this_database.title
    expression = local.this_database.expression
  }
}

# On the project because Firestore has no policies of its own; the condition names the one database.
resource "google_project_iam_member" "document_writer" {
  for_each = local.functions
  project  = var.project_id
  role     = google_project_iam_custom_role.document_writer.id
  member   = google_service_account.function[each.key].member
  condition {
    title      = local.this_database.title
    expression = local.this_database.expression
  }
}

# On the project because Firestore has no policies of its own; the condition names the one database.
resource "google_project_iam_member" "document_deleter" {
  for_each = toset([
    "delete-my-data",
    "on-analysis-requested",
    "on-recording-finalized",
    "retry-upload",
    "sweep-stalled",
    "upload-recording",
  ])
  project = var.project_id
  role    = google_project_iam_custom_role.document_deleter.id
  member  = google_service_account.function[each.key].member
  condition {
    title      = local.this_database.title
    expression = local.this_database.expression
  }
}
