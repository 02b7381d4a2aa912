# GitHub Actions without keys: a workflow shows GitHub's token, and becomes one of three accounts for an hour.
#   deployer  firebase deploy and the step after it       a job in the environment `prod`
#   applier   terraform apply                             a job in the environment `prod-infra`, which asks for an approval
#   reader    terraform plan, and the check afterwards;   a pull request of this repository (forks get no token),
#             reads settings but no data                  or a job in the environment `prod`
# The environments are made on GitHub, with their reviewers and `main` as their only branch. The subject of GitHub's token is not asked:
# it names the repository in one way before July 2026 and in another since. Numbers never change.

resource "google_iam_workload_identity_pool" "github" {
  workload_identity_pool_id = "github"
  display_name              = "GitHub Actions"
  depends_on                = [google_project_service.api]
}

resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.github.workload_identity_pool_id
  workload_identity_pool_provider_id = "github-actions"
  display_name                       = "GitHub Actions"

  attribute_mapping = {
    "google.subject" = "assertion.sub"
    # REPOSITORY/environment:NAME, or REPOSITORY/pull_request whatever environment its job names.
    "attribute.place" = "assertion.repository_id + '/' + (assertion.event_name == 'pull_request' ? 'pull_request' : has(assertion.environment) ? 'environment:' + assertion.environment : 'none')"
  }
  attribute_condition = join(" && ", [
    "assertion.repository_id == '${var.github_repository_id}'",
    "assertion.repository_owner_id == '${var.github_owner_id}'",
    "(assertion.ref == 'refs/heads/main' || assertion.event_name == 'pull_request')",
  ])
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

locals {
  ci = {
    applier  = "environment:${var.environment}-infra"
    deployer = "environment:${var.environment}"
    reader   = "environment:${var.environment}"
  }
  github_place = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.github.name}/attribute.place/${var.github_repository_id}"

  deploy_permissions = [
    # What firebase-tools 15 asks for before it starts.
    "firebase.projects.get",
    "cloudfunctions.functions.create",
    "cloudfunctions.functions.delete",
    "cloudfunctions.functions.get",
    "cloudfunctions.functions.list",
    "cloudfunctions.functions.update",
    "cloudfunctions.operations.get",
    "datastore.indexes.create",
    "datastore.indexes.delete",
    "datastore.indexes.list",
    "datastore.indexes.update",
    "firebaserules.releases.create",
    "firebaserules.releases.update",
    "firebaserules.rulesets.create",
    # What it does then: sources, who may call HTTPS functions, the schedule, rules, indexes, images that are no longer used.
    "cloudfunctions.functions.getIamPolicy",
    "cloudfunctions.functions.setIamPolicy",
    "cloudfunctions.functions.sourceCodeSet",
    "cloudfunctions.locations.list",
    "artifactregistry.repositories.get", # whether old images go (functions.tf)
    "run.services.get",
    "run.services.getIamPolicy",
    "run.services.list",
    "run.services.setIamPolicy",
    "cloudscheduler.jobs.create",
    "cloudscheduler.jobs.delete",
    "cloudscheduler.jobs.get",
    "cloudscheduler.jobs.update",
    "datastore.databases.get",
    "datastore.databases.getMetadata",
    "datastore.indexes.get",
    "firebaseextensions.instances.list",
    "firebaserules.releases.get",
    "firebaserules.releases.list",
    "firebaserules.rulesets.get",
    "firebaserules.rulesets.list",
    "firebaserules.rulesets.test",
    "firebasestorage.defaultBucket.get",
    "eventarc.triggers.get",
    "pubsub.topics.create", # asked for even where the topic is there
    "resourcemanager.projects.get",
    "secretmanager.secrets.get",
    "secretmanager.secrets.getIamPolicy",
    "secretmanager.versions.get",
    "serviceusage.services.get",
    "serviceusage.services.list",
    "serviceusage.services.use",
    "storage.buckets.get", # where the bucket is, so that its trigger is there too
    # Dead letters onto Eventarc's subscription, which does not exist before the deploy (scripts/deployment/attach-dead-letters.ts).
    "pubsub.subscriptions.get",
    "pubsub.subscriptions.getIamPolicy",
    "pubsub.subscriptions.list",
    "pubsub.subscriptions.setIamPolicy",
    "pubsub.subscriptions.update",
    "pubsub.topics.attachSubscription",
    "pubsub.topics.get",
    "pubsub.topics.getIamPolicy",
  ]

  # What terraform plan and the check after a deploy (scripts/deployment/verify-deployment.ts) read. No objects, documents, messages, secrets.
  read_permissions = [
    "artifactregistry.repositories.get",
    "artifactregistry.repositories.getIamPolicy",
    "cloudfunctions.functions.get",
    "cloudfunctions.functions.list",
    "cloudkms.cryptoKeys.get",
    "cloudkms.cryptoKeys.getIamPolicy",
    "cloudkms.cryptoKeys.list",
    "cloudkms.cryptoKeyVersions.list",
    "cloudkms.keyRings.get",
    "datastore.backupSchedules.get",
    "datastore.backupSchedules.list",
    "datastore.databases.getMetadata",
    "datastore.indexes.get",
    "datastore.indexes.list",
    "datastore.operations.get",
    "eventarc.googleChannelConfigs.get",
    "firebase.projects.get",
    "iam.roles.get",
    "iam.serviceAccountKeys.list",
    "iam.serviceAccounts.get",
    "iam.serviceAccounts.getIamPolicy",
    "iam.workloadIdentityPoolProviders.get",
    "iam.workloadIdentityPools.get",
    "logging.buckets.get",
    "logging.logMetrics.get",
    "logging.settings.get",
    "logging.sinks.get",
    "monitoring.alertPolicies.get",
    "monitoring.dashboards.get",
    "monitoring.notificationChannels.get",
    "pubsub.subscriptions.get",
    "pubsub.subscriptions.getIamPolicy",
    "pubsub.subscriptions.list",
    "pubsub.topics.get",
    "pubsub.topics.getIamPolicy",
    "resourcemanager.projects.get",
    "resourcemanager.projects.getIamPolicy",
    "run.services.getIamPolicy",
    "secretmanager.secrets.get",
    "secretmanager.secrets.getIamPolicy",
    "serviceusage.services.get",
    "serviceusage.services.list",
    "serviceusage.services.use",
    "storage.buckets.get",
    "storage.buckets.getIamPolicy",
  ]

  write_permissions = [
    "artifactregistry.repositories.create",
    "artifactregistry.repositories.setIamPolicy",
    "artifactregistry.repositories.update",
    "cloudkms.cryptoKeys.create",
    "cloudkms.cryptoKeys.setIamPolicy",
    "cloudkms.cryptoKeys.update",
    "cloudkms.keyRings.create",
    "datastore.backupSchedules.create",
    "datastore.backupSchedules.update",
    "datastore.databases.create",
    "datastore.databases.update",
    "datastore.indexes.update",
    "eventarc.googleChannelConfigs.update",
    "iam.roles.create",
    "iam.roles.update",
    "iam.serviceAccounts.create",
    "iam.serviceAccounts.setIamPolicy",
    "iam.serviceAccounts.update",
    "iam.workloadIdentityPoolProviders.create",
    "iam.workloadIdentityPoolProviders.update",
    "iam.workloadIdentityPools.create",
    "iam.workloadIdentityPools.update",
    "logging.buckets.create",
    "logging.buckets.update",
    "logging.logMetrics.create",
    "logging.logMetrics.update",
    "logging.sinks.create",
    "logging.sinks.update",
    "monitoring.alertPolicies.create",
    "monitoring.alertPolicies.update",
    "monitoring.dashboards.create",
    "monitoring.dashboards.update",
    "monitoring.notificationChannels.create",
    "monitoring.notificationChannels.update",
    "pubsub.subscriptions.create",
    "pubsub.subscriptions.update",
    "pubsub.topics.attachSubscription",
    "pubsub.topics.create",
    "pubsub.topics.setIamPolicy",
    "pubsub.topics.update",
    "resourcemanager.projects.setIamPolicy",
    "secretmanager.secrets.create",
    "secretmanager.secrets.setIamPolicy",
    "secretmanager.secrets.update",
    "serviceusage.services.enable",
    "storage.buckets.setIamPolicy",
    "storage.buckets.update",
  ]

  # The only roles that the applier may give or take, on anything: those that are given in these files.
  grantable_roles = [
    google_project_iam_custom_role.app_check_verifier.name,
    google_project_iam_custom_role.build_source_reader.name,
    google_project_iam_custom_role.document_deleter.name,
    google_project_iam_custom_role.document_reader.name,
    google_project_iam_custom_role.document_writer.name,
    google_project_iam_custom_role.narrator.name,
    google_project_iam_custom_role.object_creator.name,
    google_project_iam_custom_role.object_deleter.name,
    google_project_iam_custom_role.object_lister.name,
    google_project_iam_custom_role.object_marker.name,
    google_project_iam_custom_role.object_reader.name,
    google_project_iam_custom_role.session_checker.name,
    google_project_iam_custom_role.telemetry_writer.name,
    "roles/artifactregistry.writer",
    "roles/cloudkms.cryptoKeyEncrypterDecrypter",
    "roles/eventarc.eventReceiver",
    "roles/eventarc.serviceAgent",
    "roles/firebaserules.firestoreServiceAgent",
    "roles/iam.serviceAccountOpenIdTokenCreator",
    "roles/iam.serviceAccountUser",
    "roles/iam.workloadIdentityUser",
    "roles/logging.logWriter",
    "roles/pubsub.publisher",
    "roles/secretmanager.secretAccessor",
    "roles/storage.objectUser",
    "roles/storage.objectViewer",
  ]
  # IAM takes at most ten roles in one hasOnly, and a grant changes one role at a time.
  grantable = join(" || ", [
    for roles in chunklist(local.grantable_roles, 10) :
    "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${join(", ", [for role in roles : "'${role}'"])}])"
  ])
}

resource "google_service_account" "ci" {
  for_each     = local.ci
  account_id   = "ci-${each.key}"
  display_name = "GitHub Actions: ${each.key}"
}

resource "google_service_account_iam_member" "github" {
  for_each           = local.ci
  service_account_id = google_service_account.ci[each.key].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "${local.github_place}/${each.value}"
}

resource "google_service_account_iam_member" "github_plan" {
  service_account_id = google_service_account.ci["reader"].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "${local.github_place}/pull_request"
}

# It may not read the project's policy, and that is on purpose: firebase-tools would take it as an invitation to add roles for the
# default account, and fail because it may not.
resource "google_project_iam_custom_role" "deployer" {
  role_id     = "clarityDeployer"
  title       = "Clarity Loop: firebase deploy"
  permissions = distinct(concat(local.deploy_permissions, local.sign_in_deploys, local.first_upload))
}

resource "google_project_iam_custom_role" "reader" {
  role_id     = "clarityReader"
  title       = "Clarity Loop: terraform plan, and the check after a deploy"
  permissions = concat(local.read_permissions, local.firebase_reads)
}

resource "google_project_iam_custom_role" "applier" {
  role_id     = "clarityApplier"
  title       = "Clarity Loop: terraform apply"
  permissions = concat(local.read_permissions, local.firebase_reads, local.write_permissions, local.firebase_writes)
}

# On the project because functions, rules and indexes are made in it, and do not exist before.
resource "google_project_iam_member" "deployer" {
  project = var.project_id
  role    = google_project_iam_custom_role.deployer.id
  member  = google_service_account.ci["deployer"].member
}

# On the project because a plan reads the settings of all that is in it.
resource "google_project_iam_member" "reader" {
  project = var.project_id
  role    = google_project_iam_custom_role.reader.id
  member  = google_service_account.ci["reader"].member
}

# On the project because it makes all that is in it. The condition holds what it may give and take.
resource "google_project_iam_member" "applier" {
  project = var.project_id
  role    = google_project_iam_custom_role.applier.id
  member  = google_service_account.ci["applier"].member
  condition {
    title      = "grants known roles only"
    expression = local.grantable
  }
}

# Whoever deploys a function decides what runs as its account.
resource "google_service_account_iam_member" "runs_as" {
  for_each           = local.functions
  service_account_id = google_service_account.function[each.key].name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.ci["deployer"].member
}

# And whoever deploys one builds it (project.tf): an account that reads the sources, and no data.
resource "google_service_account_iam_member" "builds_as" {
  service_account_id = "${local.project}/serviceAccounts/${local.project_number}-compute@developer.gserviceaccount.com"
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.ci["deployer"].member
}

# The state has no secrets (no value of one ever passes through Terraform), but it says where everything is.
resource "google_storage_bucket_iam_member" "state_reader" {
  for_each = toset(["applier", "reader"])
  bucket   = "${var.project_id}-tfstate"
  role     = "roles/storage.objectViewer"
  member   = google_service_account.ci[each.key].member
}

resource "google_storage_bucket_iam_member" "state_writer" {
  for_each = toset(["applier"])
  bucket   = "${var.project_id}-tfstate"
  role     = "roles/storage.objectUser"
  member   = google_service_account.ci[each.key].member
}
