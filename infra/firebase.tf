# How people sign in, which apps there are, and what App Check lets through. The apps read Firestore and send to Storage themselves, so
# the check of the functions is one door of three. What the provider has no field for (who has an account is not told, how long a
# password is) comes with `npm run deploy` (scripts/deployment/sign-in.ts).

locals {
  # A plan reads it, and so does the check after a deploy, which also asks the model of the narratives for one word.
  firebase_reads = [
    "aiplatform.endpoints.predict",
    "firebase.clients.get",
    "firebase.clients.list",
    "firebaseappcheck.appAttestConfig.get",
    "firebaseappcheck.debugTokens.get",
    "firebaseappcheck.playIntegrityConfig.get",
    "firebaseappcheck.recaptchaEnterpriseConfig.get",
    "firebaseappcheck.services.get",
    "firebaseauth.configs.get",
  ]
  firebase_writes = [
    "firebase.clients.create",
    "firebase.clients.update",
    "firebaseappcheck.appAttestConfig.update",
    "firebaseappcheck.playIntegrityConfig.update",
    "firebaseappcheck.recaptchaEnterpriseConfig.update",
    "firebaseappcheck.services.update",
    "firebaseauth.configs.create",
    "firebaseauth.configs.update",
  ]
  # What `npm run deploy` sets of the sign-in.
  sign_in_deploys = ["firebaseauth.configs.get", "firebaseauth.configs.update"]
  # The first upload (scripts/first-upload): a debug token passes for an app. It is made for that one run and removed, in dev only:
  # a token of Terraform's would lie in its state, which the plan of every pull request can read.
  first_upload = var.environment != "dev" ? [] : [
    "firebase.clients.get",
    "firebase.clients.list",
    "firebaseappcheck.debugTokens.get",
    "firebaseappcheck.debugTokens.update",
  ]
}

resource "google_identity_platform_config" "this" {
  provider                   = google-beta
  project                    = var.project_id
  autodelete_anonymous_users = true
  sign_in {
    allow_duplicate_emails = false
    email {
      enabled           = true
      password_required = true
    }
    # A person whom nobody can name again cannot be asked for consent, and has quotas of their own for nothing.
    anonymous {
      enabled = var.anonymous_sign_in
    }
  }
  depends_on = [google_firebase_project.this]
}

# In dev there is always one: the first upload signs in as it.
resource "google_firebase_web_app" "web" {
  provider        = google-beta
  count           = var.environment == "dev" || var.web_recaptcha_key != "" ? 1 : 0
  display_name    = "Clarity Loop"
  deletion_policy = "ABANDON"
  depends_on      = [google_firebase_project.this]
}

resource "google_firebase_apple_app" "apple" {
  provider        = google-beta
  count           = var.apple_app == null ? 0 : 1
  display_name    = "Clarity Loop"
  bundle_id       = var.apple_app.bundle_id
  team_id         = var.apple_app.team_id
  deletion_policy = "ABANDON"
  depends_on      = [google_firebase_project.this]
}

resource "google_firebase_android_app" "android" {
  provider        = google-beta
  count           = var.android_app == null ? 0 : 1
  display_name    = "Clarity Loop"
  package_name    = var.android_app.package_name
  sha256_hashes   = var.android_app.sha256_hashes
  deletion_policy = "ABANDON"
  depends_on      = [google_firebase_project.this]
}

resource "google_firebase_app_check_recaptcha_enterprise_config" "web" {
  provider   = google-beta
  count      = var.web_recaptcha_key == "" ? 0 : 1
  app_id     = google_firebase_web_app.web[0].app_id
  site_key   = var.web_recaptcha_key
  token_ttl  = "3600s"
  depends_on = [google_project_service.api]
}

resource "google_firebase_app_check_app_attest_config" "apple" {
  provider   = google-beta
  count      = length(google_firebase_apple_app.apple)
  app_id     = google_firebase_apple_app.apple[0].app_id
  token_ttl  = "3600s"
  depends_on = [google_project_service.api]
}

resource "google_firebase_app_check_play_integrity_config" "android" {
  provider   = google-beta
  count      = length(google_firebase_android_app.android)
  app_id     = google_firebase_android_app.android[0].app_id
  token_ttl  = "3600s"
  depends_on = [google_project_service.api]
}

# From the first day: there is no app yet that could be locked out.
resource "google_firebase_app_check_service_config" "enforced" {
  provider = google-beta
  for_each = toset([
    "firebasestorage.googleapis.com",
    "firestore.googleapis.com",
    "identitytoolkit.googleapis.com",
  ])
  service_id       = each.key
  enforcement_mode = "ENFORCED"
  depends_on       = [google_identity_platform_config.this]
}
