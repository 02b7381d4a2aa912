output "github_variables" {
  description = "Variables of the GitHub environments and of the repository (README, step 4). None of them is a secret."
  value = {
    GCP_PROJECT                    = var.project_id
    GCP_WORKLOAD_IDENTITY_PROVIDER = google_iam_workload_identity_pool_provider.github.name
    GCP_DEPLOYER                   = google_service_account.ci["deployer"].email
    GCP_APPLIER                    = google_service_account.ci["applier"].email
    GCP_READER                     = google_service_account.ci["reader"].email
  }
}

output "recordings_bucket" {
  description = "RECORDINGS_BUCKET of functions/.env.PROJECT."
  value       = google_storage_bucket.recordings.name
}
