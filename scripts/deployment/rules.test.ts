import assert from 'node:assert/strict';
import { readTerraform, terraformTexts, type Terraform } from './read-terraform.ts';
import { rules } from './rules.ts';

const texts = terraformTexts();

describe('the cloud as it is described', function () {
  this.timeout(30_000);
  let terraform: Terraform;
  before(async () => {
    terraform = await readTerraform();
  });

  it('is seen by this test', () => {
    assert.ok(terraform.resources.length > 60, `${terraform.resources.length} resources`);
  });

  for (const { name, problems } of rules) {
    it(name, () => {
      assert.deepEqual(problems(terraform), []);
    });
  }
});

/** Mistakes that somebody could make tomorrow: in which file, what becomes what, and the sentence that must come. */
const mistakes: [mistake: string, file: string, from: string | RegExp, to: string, sentence: RegExp][] = [
  [
    'the analysis becomes editor of the project',
    'functions.tf',
    /$/,
    `
# On the project because it was quicker that way.
resource "google_project_iam_member" "quick" {
  project = var.project_id
  role    = "roles/editor"
  member  = google_service_account.function["on-analysis-requested"].member
}
`,
    /google_project_iam_member\.quick grants roles\/editor/,
  ],
  [
    'Eventarc gets all of Pub/Sub',
    'messaging.tf',
    'roles/eventarc.serviceAgent',
    'roles/pubsub.admin',
    /eventarc_agent grants roles\/pubsub\.admin/,
  ],
  [
    'the bucket loses its key',
    'storage.tf',
    /\n {2}encryption \{[^}]*\}\n/,
    '\n',
    /google_storage_bucket\.recordings has no key of ours/,
  ],
  [
    'the database loses its key',
    'firestore.tf',
    /\n {2}dynamic "cmek_config" \{[\s\S]*?\n {2}\}\n/,
    '\n',
    /google_firestore_database\.this has no key of ours/,
  ],
  [
    'a topic loses its key',
    'messaging.tf',
    /\n {2}kms_key_name[^\n]*/,
    '',
    /analysis_requested has no key of ours/,
  ],
  [
    'a key is named that is not there',
    'secrets.tf',
    'key["secrets"]',
    'key["secret"]',
    /names the key secret, which is not there/,
  ],
  [
    'a service may no longer use its key',
    'keys.tf',
    /\n {4}pubsub +=[^\n]*/,
    '',
    /names the key pubsub, which nobody may use/,
  ],
  ['keys are renewed once a year', 'keys.tf', '"7776000s"', '"31536000s"', /is not renewed within 90 days/],
  [
    'a key can be destroyed',
    'keys.tf',
    'prevent_destroy = true',
    'prevent_destroy = false',
    /could be destroyed/,
  ],
  [
    'the bucket could become public',
    'storage.tf',
    /\n {2}public_access_prevention[^\n]*/,
    '',
    /google_storage_bucket\.recordings could become public/,
  ],
  [
    'a function is open to everybody',
    'messaging.tf',
    'google_project_service_identity.agent["pubsub.googleapis.com"].member',
    '"allUsers"',
    /messaging\.tf names everybody/,
  ],
  [
    'dead letters have no subscription',
    'messaging.tf',
    /resource "google_pubsub_subscription"[\s\S]*?\n\}\n/,
    '',
    /dead_letters has no subscription that keeps/,
  ],
  [
    'the subscription of the dead letters expires',
    'messaging.tf',
    /\n {2}expiration_policy \{[\s\S]*?\n {2}\}\n/,
    '\n',
    /dead_letters has no subscription that keeps/,
  ],
  [
    'Pub/Sub may not move what failed',
    'messaging.tf',
    /resource "google_pubsub_topic_iam_member" "moved"[\s\S]*?\n\}\n/,
    '',
    /dead_letters cannot be written by Pub\/Sub/,
  ],
  [
    'any repository may deploy',
    'ci.tf',
    /\n {4}"assertion\.repository_id == [^\n]*/,
    '',
    /has no condition on repository/,
  ],
  [
    'every place of the repository may deploy',
    'ci.tf',
    '"${local.github_place}/${each.value}"',
    '"${local.github_place}/*"',
    /github lets in more than one place/,
  ],
  [
    'a place of any repository may deploy',
    'ci.tf',
    'attribute.place/${var.github_repository_id}"',
    'attribute.place/${each.key}"',
    /github_place is not of this repository/,
  ],
  [
    'the applier may grant anything',
    'ci.tf',
    /\n {2}condition \{[^}]*local\.grantable\n {2}\}/,
    '',
    /applier may grant anything/,
  ],
  [
    'the condition of the applier holds nothing',
    'ci.tf',
    'modifiedGrantsByRole',
    'modifiedGrants',
    /grantable does not hold the applier/,
  ],
  [
    'a role is given that the applier could not take back',
    'functions.tf',
    '"roles/eventarc.eventReceiver"',
    '"roles/eventarc.publisher"',
    /grantable_roles lacks roles\/eventarc\.publisher/,
  ],
  [
    'a grant on the project has no reason',
    'functions.tf',
    /# On the project because traces[^\n]*\n/,
    '',
    /telemetry has no "On the project because/,
  ],
  [
    'a function may hand out rights',
    'functions.tf',
    '["firebaseauth.users.get"]',
    '["firebaseauth.users.get", "resourcemanager.projects.setIamPolicy"]',
    /session_checker has resourcemanager\.projects\.setIamPolicy/,
  ],
  [
    'a grant replaces what others have',
    'secrets.tf',
    'google_secret_manager_secret_iam_member',
    'google_secret_manager_secret_iam_binding',
    /would take away what it does not name/,
  ],
  [
    'somebody makes a key for an account',
    'ci.tf',
    /$/,
    '\nresource "google_service_account_key" "ci" {\n  service_account_id = google_service_account.ci["deployer"].name\n}\n',
    /google_service_account_key\.ci is or makes a credential/,
  ],
  [
    'an alert tells nobody',
    'monitoring.tf',
    /\n {2}notification_channels = local\.channels/,
    '',
    /dead_letters tells nobody/,
  ],
  [
    'backups stop',
    'firestore.tf',
    /resource "google_firestore_backup_schedule"[\s\S]*?\n\}\n/,
    '',
    /google_firestore_database\.this is not backed up/,
  ],
  [
    'the database can be deleted',
    'firestore.tf',
    'DELETE_PROTECTION_ENABLED',
    'DELETE_PROTECTION_DISABLED',
    /google_firestore_database\.this can be deleted/,
  ],
  [
    'exports stay',
    'storage.tf',
    'matches_prefix = ["exports/"]',
    'matches_prefix = ["export/"]',
    /recordings keeps exports/,
  ],
  [
    'App Check is not enforced for Firestore',
    'firebase.tf',
    '"firestore.googleapis.com",',
    '',
    /App Check is not enforced for firestore/,
  ],
  [
    'App Check only watches',
    'firebase.tf',
    '"ENFORCED"',
    '"UNENFORCED"',
    /App Check is not enforced for identitytoolkit/,
  ],
  [
    'a link signs in without a password',
    'firebase.tf',
    'password_required = true',
    'password_required = false',
    /anybody may sign in as nobody/,
  ],
  [
    'anonymous accounts are on by default',
    'variables.tf',
    /(variable "anonymous_sign_in"[\s\S]*?default +=) false/,
    '$1 true',
    /anonymous sign-in is on by default/,
  ],
  [
    'debug tokens can be made in prod',
    'firebase.tf',
    'var.environment != "dev" ? [] : [',
    'false ? [] : [',
    /debug tokens can be made outside dev/,
  ],
  [
    'Terraform makes a debug token',
    'firebase.tf',
    /$/,
    'resource "google_firebase_app_check_debug_token" "dev" {}',
    /google_firebase_app_check_debug_token\.dev lies in the state/,
  ],
  [
    'the database is not audited',
    'logging.tf',
    '"datastore.googleapis.com",',
    '',
    /datastore is not audited/,
  ],
  [
    'health fields pass the sink',
    'logging.tf',
    /\n {2}exclusions \{[\s\S]*?\n {2}\}\n/,
    '\n',
    /google_logging_project_sink\.kept lets health fields through/,
  ],
  [
    'the perimeter blocks at once',
    'perimeter.tf',
    'use_explicit_dry_run_spec = true',
    'use_explicit_dry_run_spec = false',
    /blocks before anybody has seen what/,
  ],
  [
    'somebody reads every bucket of the project',
    'functions.tf',
    '"roles/eventarc.eventReceiver"',
    '"roles/storage.objectViewer"',
    /event_receiver grants roles\/storage\.objectViewer, which has storage\.objects\.get/,
  ],
  [
    'a role is granted on the project whose contents nobody has looked at',
    'project.tf',
    '"roles/logging.logWriter"',
    '"roles/cloudbuild.builds.builder"',
    /build_log grants roles\/cloudbuild\.builds\.builder, which predefined-roles\.json does not know/,
  ],
  [
    'a build reads the recordings, too',
    'project.tf',
    /\n {2}condition \{[\s\S]*?\n {2}\}\n/,
    '\n',
    /build_source grants clarityBuildSourceReader, which has storage\.objects\.get/,
  ],
  [
    'the build account stays editor',
    'project.tf',
    /resource "google_project_iam_member_remove"[\s\S]*?\n\}\n/,
    '',
    /the build account stays editor/,
  ],
  [
    'an API is not turned on',
    'monitoring.tf',
    'service            = "billingbudgets.googleapis.com"',
    'service            = "cloudbilling.googleapis.com"',
    /google_billing_budget\.month needs billingbudgets\.googleapis\.com/,
  ],
  [
    "Eventarc's key is closed to Pub/Sub",
    'keys.tf',
    /resource "google_kms_crypto_key_iam_member" "channel_topics"[\s\S]*?\n\}\n/,
    '',
    /names a key that Pub\/Sub may not use/,
  ],
  [
    'a variable is left over',
    'variables.tf',
    /$/,
    '\nvariable "log_day" {\n  type = number\n}\n',
    /var\.log_day is used nowhere/,
  ],
  [
    'logs are kept a second time',
    'logging.tf',
    /\n {2}disabled +=[^\n]*/,
    '',
    /the sink _Default keeps everything a second time/,
  ],
];

describe('a mistake in the description of the cloud', function () {
  this.timeout(30_000);
  for (const [mistake, file, from, to, sentence] of mistakes) {
    it(`is found: ${mistake}`, async () => {
      const text = texts[file]!.replace(from, to);
      assert.notEqual(text, texts[file], 'the mistake could not be made');
      const terraform = await readTerraform({ ...texts, [file]: text });
      assert.match(rules.flatMap(({ problems }) => problems(terraform)).join('\n'), sentence);
    });
  }

  it('is found: it is not HCL', async () => {
    await assert.rejects(readTerraform({ 'keys.tf': 'resource "a" "b" {' }), /keys\.tf:1/);
  });
});
