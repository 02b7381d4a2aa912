import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { byTier, representatives } from '../../../functions/test/support/tier.ts';
import { skip } from '../../../functions/test/support/skip.ts';
import { root } from '../../lib/root.ts';
import { apiOf } from '../rules.ts';
import { hasTerraform, infraFiles, sentencesOf, withTerraform } from './terraform.ts';

const files = infraFiles();
const environments = ['dev', 'staging', 'prod'];

/** Every variable that turns something on. */
const everything = [
  '-var=access_policy=123456789',
  '-var=android_app={package_name="org.example.loop",sha256_hashes=["00"]}',
  '-var=anonymous_sign_in=true',
  '-var=apple_app={bundle_id="org.example.loop",team_id="ABCDE12345"}',
  '-var=billing_account=012345-6789AB-CDEF01',
  '-var=web_recaptcha_key=a-key',
];

/** Turned on by hand, before Terraform can begin. */
const byHand = /gcloud services enable ((?:\S+\.googleapis\.com ?)+)/
  .exec(readFileSync(path.join(root, 'infra/README.md'), 'utf8'))![1]!
  .split(' ');

/** What a first apply could ask for before its API is on. */
function early(order: Map<string, string[]>): string[] {
  const waits = (address: string): boolean =>
    address.startsWith('google_project_service.') || order.get(address)!.some(waits);
  return [...order.keys()].filter((address) => {
    const type = address.replace(/^data\./, '').split('.')[0]!;
    return !byHand.includes(apiOf(type)!) && !waits(address);
  });
}

/** Files with one place changed. @throws where there is no such place */
function changed(file: string, from: string | RegExp, to: string): Record<string, string> {
  const text = files[file]!.replace(from, () => to);
  assert.notEqual(text, files[file], 'the mistake could not be made');
  return { ...files, [file]: text };
}

/** Mistakes that the real provider, or a fresh project, refuses: in which file, what becomes what, and Terraform's words. */
const mistakes: [mistake: string, file: string, from: string | RegExp, to: string, words: RegExp][] = [
  [
    'an argument is misspelt',
    'storage.tf',
    'uniform_bucket_level_access =',
    'uniform_bucketlevel_access =',
    /storage\.tf:\d+: Unsupported argument/,
  ],
  [
    'a block is misspelt',
    'messaging.tf',
    'expiration_policy {',
    'expiration_polcy {',
    /messaging\.tf:\d+: Unsupported block type/,
  ],
  [
    'a block stands twice',
    'secrets.tf',
    '  replication {',
    '  replication {\n    auto {}\n  }\n  replication {',
    /secrets\.tf:\d+: Too many replication blocks/,
  ],
  [
    'a value has the wrong type',
    'storage.tf',
    'retention_duration_seconds = 604800',
    'retention_duration_seconds = "a week"',
    /storage\.tf:\d+: Incorrect attribute value type/,
  ],
  [
    'a needed argument is missing',
    'secrets.tf',
    /\n {2}secret_id = "SENTRY_DSN"/,
    '',
    /secrets\.tf:\d+: Missing required argument/,
  ],
  [
    'an attribute is referred to that is not there',
    'keys.tf',
    '.kms_service_account_id',
    '.service_account_id',
    /keys\.tf:\d+: Unsupported attribute/,
  ],
  [
    'a resource is referred to that is not there',
    'messaging.tf',
    'google_pubsub_topic.dead_letters.id',
    'google_pubsub_topic.deadletters.id',
    /messaging\.tf:\d+: Reference to undeclared resource/,
  ],
  [
    'a key of a for_each is referred to that is not there',
    'secrets.tf',
    'key["secrets"]',
    'key["secret"]',
    /secrets\.tf:\d+: Invalid index/,
  ],
  [
    'an alert asks for a metric that nobody has written yet',
    'monitoring.tf',
    /\n {6}disable_metric_validation = true/,
    '',
    /monitoring\.tf:\d+: google_monitoring_alert_policy: conditions\.\S+ must be with disable_metric_validation/,
  ],
  [
    'a message is waited for longer than Pub/Sub does',
    'messaging.tf',
    'ack_deadline_seconds       = 60',
    'ack_deadline_seconds       = 900',
    /messaging\.tf:\d+: google_pubsub_subscription: ack_deadline_seconds must be 10 to 600/,
  ],
];

describe('infra/, by the real Terraform and without a network', function () {
  this.timeout(byTier(300_000, 120_000));
  before(function () {
    if (process.platform === 'win32') skip(this, 'TF_REATTACH_PROVIDERS was not tried on Windows');
    if (hasTerraform()) return;
    assert.ok(
      !process.env.GITHUB_ACTIONS,
      'terraform is not installed, and a workflow must not leave these tests out',
    );
    skip(this, 'terraform is not installed: https://developer.hashicorp.com/terraform/install');
  });

  it('is valid, can be planned for every environment and with every variable, and every resource waits for its API', async () => {
    await withTerraform(files, async (terraform) => {
      assert.equal(sentencesOf(await terraform.validate()), '');
      const plain = await terraform.plan('-var-file=dev.tfvars');
      assert.ok(plain.add > 200 && plain.import === 2 && plain.remove === 0, JSON.stringify(plain));
      const full = await terraform.plan('-var-file=prod.tfvars', ...everything);
      assert.ok(full.add > plain.add, JSON.stringify(full));
      for (const environment of byTier(environments, []))
        await terraform.plan(`-var-file=${environment}.tfvars`, ...everything);
      assert.deepEqual(early(await terraform.order()), []);
    });
  });

  it('is tried with every variable that is off by default', () => {
    const variables = files['variables.tf']!.matchAll(
      /variable "(\w+)" \{[^{}]*(?:\{[^{}]*\}[^{}]*)?default += (?:""|null|false)/g,
    );
    assert.deepEqual(
      [...variables].map(([, name]) => name).sort(),
      everything.map((option) => option.split('=')[1]),
    );
  });

  it('needs nothing more after an apply', async () => {
    for (const environment of representatives(environments, 1))
      await withTerraform(files, async (terraform) => {
        const variables = [`-var-file=${environment}.tfvars`, ...byTier(everything, [])];
        await terraform.apply(...variables);
        const { add, change, remove } = await terraform.plan(...variables);
        assert.deepEqual([add, change, remove], [0, 0, 0]);
      });
  });

  it('refuses a prod whose database is not under a key of ours', async () => {
    await withTerraform(files, async (terraform) => {
      await assert.rejects(terraform.plan('-var-file=prod.tfvars', '-var=own_keys=false'), /own_keys = true/);
    });
  });

  for (const [mistake, file, from, to, words] of mistakes)
    it(`says where a mistake is: ${mistake}`, async () => {
      await withTerraform(changed(file, from, to), async ({ validate, plan }) => {
        const findings = await validate();
        if (findings.length > 0) assert.match(sentencesOf(findings), words);
        else await assert.rejects(plan('-var-file=dev.tfvars'), words);
      });
    });
});
