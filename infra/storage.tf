# The project's default bucket, so that the Firebase SDK finds it. Firebase makes it (README, step 2); from then on it is ours.

locals {
  recordings_bucket = "${var.project_id}.firebasestorage.app"
  objects           = "projects/_/buckets/${local.recordings_bucket}/objects"
}

import {
  to = google_storage_bucket.recordings
  id = "${var.project_id}/${var.project_id}.firebasestorage.app"
}

resource "google_storage_bucket" "recordings" {
  name                        = local.recordings_bucket
  location                    = upper(var.region)
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  encryption {
    default_kms_key_name = google_kms_crypto_key.key["storage"].id
  }

  # Objects are never overwritten, so there is nothing to version; what is deleted by mistake can be had back for a week.
  versioning {
    enabled = false
  }
  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  # The analysis sets an object's custom time.
  lifecycle_rule {
    condition {
      days_since_custom_time = var.recording_days
      matches_prefix         = ["recordings/"]
    }
    action {
      type = "Delete"
    }
  }
  # What was never analysed.
  lifecycle_rule {
    condition {
      age            = 90
      matches_prefix = ["recordings/"]
    }
    action {
      type = "Delete"
    }
  }
  # A person has a day to fetch their export.
  lifecycle_rule {
    condition {
      age            = 1
      matches_prefix = ["exports/"]
    }
    action {
      type = "Delete"
    }
  }
  lifecycle_rule {
    condition {
      age = 1
    }
    action {
      type = "AbortIncompleteMultipartUpload"
    }
  }

  lifecycle {
    prevent_destroy = true
  }
  depends_on = [google_kms_crypto_key_iam_member.user]
}

resource "google_project_iam_custom_role" "object_creator" {
  role_id     = "clarityObjectCreator"
  title       = "Clarity Loop: creates objects, overwrites none"
  permissions = ["storage.objects.create"]
}

resource "google_project_iam_custom_role" "object_reader" {
  role_id     = "clarityObjectReader"
  title       = "Clarity Loop: reads objects"
  permissions = ["storage.objects.get"]
}

# Without it, Storage answers "forbidden" for what is not there, and a missing recording could not be told from a missing right.
resource "google_project_iam_custom_role" "object_lister" {
  role_id     = "clarityObjectLister"
  title       = "Clarity Loop: knows which objects there are"
  permissions = ["storage.objects.list"]
}

resource "google_project_iam_custom_role" "object_marker" {
  role_id     = "clarityObjectMarker"
  title       = "Clarity Loop: sets the metadata of objects"
  permissions = ["storage.objects.update"]
}

resource "google_project_iam_custom_role" "object_deleter" {
  role_id     = "clarityObjectDeleter"
  title       = "Clarity Loop: deletes objects"
  permissions = ["storage.objects.delete"]
}

resource "google_storage_bucket_iam_member" "recording_creator" {
  for_each = toset(["upload-recording"])
  bucket   = google_storage_bucket.recordings.name
  role     = google_project_iam_custom_role.object_creator.id
  member   = google_service_account.function[each.key].member
  condition {
    title      = "recordings only"
    expression = "resource.name.startsWith(\"${local.objects}/recordings/\")"
  }
}

# upload-recording only looks whether an object is there: Storage may refuse to create one again with 403, which is also what a
# missing right looks like.
resource "google_storage_bucket_iam_member" "recording_reader" {
  for_each = toset([
    "export-my-data",
    "on-analysis-requested",
    "on-recording-finalized",
    "retry-upload",
    "sweep-stalled",
    "upload-recording",
  ])
  bucket = google_storage_bucket.recordings.name
  role   = google_project_iam_custom_role.object_reader.id
  member = google_service_account.function[each.key].member
  condition {
    title      = "recordings only"
    expression = "resource.name.startsWith(\"${local.objects}/recordings/\")"
  }
}

# Without a condition: a list is asked of the bucket, which has no prefix.
resource "google_storage_bucket_iam_member" "lister" {
  for_each = toset([
    "delete-my-data",
    "export-my-data",
    "on-analysis-requested",
    "on-recording-finalized",
    "retry-upload",
    "sweep-stalled",
  ])
  bucket = google_storage_bucket.recordings.name
  role   = google_project_iam_custom_role.object_lister.id
  member = google_service_account.function[each.key].member
}

resource "google_storage_bucket_iam_member" "recording_marker" {
  for_each = toset(["on-analysis-requested"])
  bucket   = google_storage_bucket.recordings.name
  role     = google_project_iam_custom_role.object_marker.id
  member   = google_service_account.function[each.key].member
  condition {
    title      = "recordings only"
    expression = "resource.name.startsWith(\"${local.objects}/recordings/\")"
  }
}

resource "google_storage_bucket_iam_member" "recording_deleter" {
  for_each = toset(["delete-my-data", "on-analysis-requested", "on-recording-finalized", "sweep-stalled"])
  bucket   = google_storage_bucket.recordings.name
  role     = google_project_iam_custom_role.object_deleter.id
  member   = google_service_account.function[each.key].member
  condition {
    title      = "recordings only"
    expression = "resource.name.startsWith(\"${local.objects}/recordings/\")"
  }
}

resource "google_storage_bucket_iam_member" "export_creator" {
  for_each = toset(["export-my-data"])
  bucket   = google_storage_bucket.recordings.name
  role     = google_project_iam_custom_role.object_creator.id
  member   = google_service_account.function[each.key].member
  condition {
    title      = "exports only"
    expression = "resource.name.startsWith(\"${local.objects}/exports/\")"
  }
}

resource "google_storage_bucket_iam_member" "export_deleter" {
  for_each = toset(["delete-my-data", "export-my-data", "sweep-stalled"])
  bucket   = google_storage_bucket.recordings.name
  role     = google_project_iam_custom_role.object_deleter.id
  member   = google_service_account.function[each.key].member
  condition {
    title      = "exports only"
    expression = "resource.name.startsWith(\"${local.objects}/exports/\")"
  }
}

# On the project because Eventarc tells Storage to publish to a topic that Eventarc names itself.
resource "google_project_iam_member" "storage_events" {
  project = var.project_id
  role    = "roles/pubsub.publisher"
  member  = data.google_storage_project_service_account.this.member
}

# On the project because storage.rules look at the announcement of an upload, and Firestore has no policies of its own. firebase
# deploy asks for this role at a terminal and says nothing where there is none.
resource "google_project_iam_member" "storage_rules" {
  project    = var.project_id
  role       = "roles/firebaserules.firestoreServiceAgent"
  member     = "serviceAccount:service-${local.project_number}@gcp-sa-firebasestorage.iam.gserviceaccount.com"
  depends_on = [google_firebase_project.this]
}
