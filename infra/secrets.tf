# Only what is secret. Terraform makes the place; the value never passes through it:
#   printf %s "$DSN" | gcloud secrets versions add SENTRY_DSN --data-file=-

resource "google_secret_manager_secret" "sentry_dsn" {
  secret_id = "SENTRY_DSN"

  replication {
    user_managed {
      replicas {
        location = var.region
        customer_managed_encryption {
          kms_key_name = google_kms_crypto_key.key["secrets"].id
        }
      }
    }
  }
  depends_on = [google_kms_crypto_key_iam_member.user]
}

resource "google_secret_manager_secret_iam_member" "sentry_dsn" {
  for_each  = local.functions
  secret_id = google_secret_manager_secret.sentry_dsn.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.key].member
}

resource "google_secret_manager_secret" "otlp_headers" {
  secret_id = "OTEL_EXPORTER_OTLP_HEADERS"

  replication {
    user_managed {
      replicas {
        location = var.region
        customer_managed_encryption {
          kms_key_name = google_kms_crypto_key.key["secrets"].id
        }
      }
    }
  }
  depends_on = [google_kms_crypto_key_iam_member.user]
}

resource "google_secret_manager_secret_iam_member" "otlp_headers" {
  for_each  = local.functions
  secret_id = google_secret_manager_secret.otlp_headers.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.key].member
}
