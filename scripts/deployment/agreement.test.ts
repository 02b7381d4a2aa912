import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { keysOf, readTerraform, type Block, type Terraform } from './read-terraform.ts';
import { rolesOfFunctions, roleTables } from './role-table.ts';
import { analysisTopic, deadLetterTopic, region } from '../../functions/src/config.ts';
import { deployedFunctions, kebabCase } from '../../functions/test/support/deployed-functions.ts';
import { skip } from '../../functions/test/support/skip.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const source = join(root, 'functions/src');

/** The texts of the workflows that a file uses, and of those that they use; answer-upload.ts is a part of its function. */
function workflowsOf(file: string, seen = new Set<string>()): string[] {
  const text = readFileSync(file, 'utf8');
  const used = [...text.matchAll(/^import \{[^}]*\} from '(\.[\w./-]+\.ts)';$/gm)]
    .map(([, target]) => resolve(dirname(file), target!))
    .filter((target) => target.startsWith(join(source, 'workflows')) || target.endsWith('/answer-upload.ts'))
    .filter((target) => !seen.has(target));
  for (const target of used) seen.add(target);
  return used.flatMap((target) => [readFileSync(target, 'utf8'), ...workflowsOf(target, seen)]);
}

describe('the description of the cloud and the code', function () {
  this.timeout(30_000);
  let terraform: Terraform;
  before(async () => {
    terraform = await readTerraform();
  });
  const named = (type: string, name: string): Block =>
    terraform.resources.find((block) => block.type === type && block.name === name)!;

  it('know the same functions: an account for each, and none besides', () => {
    assert.deepEqual([...rolesOfFunctions(terraform).keys()], deployedFunctions.map(kebabCase).sort());
  });

  it('give each function the roles of the table in infra/README.md, and no other', () => {
    const [, table] = /<!-- roles -->\n([\s\S]*?)\n<!-- \/roles -->/.exec(read('infra/README.md')) ?? [];
    // Prettier aligns the columns.
    const plain = (text: string) => text.trim().replace(/ +/g, ' ').replace(/-{3,}/g, '---');
    const expected = roleTables(terraform);
    assert.equal(plain(table ?? ''), plain(expected), `The table should be:\n\n${expected}\n`);
  });

  it('let a function do with other systems exactly what its workflow does', () => {
    const signs: [role: string, sign: RegExp][] = [
      ['clarityNarrator', /\bnarrator\.write\(/],
      ['roles/pubsub.publisher on analysis-requested', /\brequests\.publish\(/],
      ['roles/pubsub.publisher on dead-letters', /\bdeadLetters\.publish\(/],
      ['clarityObjectCreator on recordings/', /\brecordings\.create\(/],
      // A create that is refused looks whether the object is there.
      ['clarityObjectReader on recordings/', /\brecordings\.(create|exists|open|version)\(/],
      ['clarityObjectMarker on recordings/', /\brecordings\.settle\(/],
      ['clarityObjectDeleter on recordings/', /\brecordings\.remove(All)?\(/],
      ['clarityObjectCreator on exports/', /\bexports\.write\(/],
      ['clarityObjectDeleter on exports/', /\bexports\.remove(All)?\(/],
      ['clarityAppCheckVerifier', /\bconsumeAppToken: true\b/],
    ];
    for (const name of deployedFunctions) {
      const entry = join(source, 'entries', `${kebabCase(name)}.ts`);
      const code = [readFileSync(entry, 'utf8'), ...workflowsOf(entry)].join('\n');
      const roles = rolesOfFunctions(terraform).get(kebabCase(name))!;
      for (const [role, sign] of signs)
        assert.equal(roles.includes(role), sign.test(code), `${name}: ${role}`);
    }
  });

  it("let a function that counts somebody's use write it down", () => {
    for (const name of deployedFunctions) {
      const entry = join(source, 'entries', `${kebabCase(name)}.ts`);
      const code = [readFileSync(entry, 'utf8'), ...workflowsOf(entry)].join('\n');
      // authorize.ts counts for those who say an amount.
      if (/\bamounts: \{|(?<!if \(amounts\) await )\bquotas\.take\(/.test(code))
        assert.ok(rolesOfFunctions(terraform).get(kebabCase(name))!.includes('clarityDocumentWriter'), name);
    }
  });

  it('let the rules of Storage read the announcement of an upload', () => {
    const asks = /firestore\.(get|exists)\(/.test(read('storage.rules'));
    const granted = terraform.resources.some(
      ({ body }) => body['role'] === 'roles/firebaserules.firestoreServiceAgent',
    );
    assert.equal(granted, asks);
  });

  it('are in the same region, with the same topics', () => {
    assert.equal(terraform.variables['region']!['default'], region);
    assert.equal(named('google_pubsub_topic', 'analysis_requested').body['name'], analysisTopic);
    assert.equal(named('google_pubsub_topic', 'dead_letters').body['name'], deadLetterTopic);
  });

  it('let documents expire where firestore.indexes.json says so, and nowhere else', () => {
    const { fieldOverrides } = JSON.parse(read('firestore.indexes.json')) as {
      fieldOverrides: { collectionGroup: string; fieldPath: string; ttl?: boolean }[];
    };
    const expiry = named('google_firestore_field', 'expiry');
    const collections = keysOf(expiry, terraform.locals);
    const expiring = fieldOverrides.filter(({ ttl }) => ttl);
    for (const { fieldPath } of expiring) assert.equal(fieldPath, expiry.body['field']);
    assert.deepEqual(expiring.map(({ collectionGroup }) => collectionGroup).sort(), [...collections].sort());
  });

  it('alert on and chart only what is measured and logged', () => {
    const watched = `${terraform.texts['monitoring.tf']}${read('infra/dashboard.json')}`.replaceAll(
      '\\"',
      '"',
    );
    const measured = [...read('functions/src/telemetry/metrics.ts').matchAll(/^ {2}'([\w.]+)': \{/gm)].map(
      ([, name]) => name!,
    );
    const queried = [...watched.matchAll(/\{"([\w.]+?)(?:_bucket|_sum|_count)?"/g)].map(([, name]) => name!);
    const unknown = queried.filter((name) => !measured.includes(name));
    assert.ok(queried.length >= 5);
    assert.deepEqual(unknown, []);

    const events = read('functions/src/telemetry/log.ts');
    const counted = [...watched.matchAll(/jsonPayload\.message="([\w.]+)"/g)].map(([, name]) => name!);
    assert.ok(counted.length >= 2);
    for (const name of counted) assert.ok(events.includes(`'${name}': [`), name);
    const metrics = terraform.resources.filter(({ type }) => type === 'google_logging_metric');
    const known = metrics.map(({ body }) => String(body['name']).replace(/\W/g, '_'));
    const used = [...watched.matchAll(/logging_googleapis_com:user_(\w+)/g)].map(([, name]) => name!);
    assert.deepEqual([...new Set(used)].sort(), known.sort());
  });

  it('let the workflow do all that firebase-tools asks for before a deploy', () => {
    const source = read('node_modules/firebase-tools/lib/deploy/index.js');
    const granted = terraform.locals['deploy_permissions'] as string[];
    for (const target of ['functions', 'firestore', 'storage']) {
      const [, list] = new RegExp(`\\n {4}${target}: \\[([^\\]]*)\\]`).exec(source)!;
      const asked = [...list!.matchAll(/"([^"]+)"/g)].map(([, one]) => one!);
      assert.notEqual(asked.length, 0);
      assert.deepEqual(
        asked.filter((one) => !granted.includes(one)),
        [],
        target,
      );
    }
  });

  it('have values for each environment, and only for variables that there are', () => {
    const files = readdirSync(join(root, 'infra')).filter((name) => name.endsWith('.tfvars'));
    assert.deepEqual(files.sort(), ['dev.tfvars', 'prod.tfvars', 'staging.tfvars']);
    const needed = Object.entries(terraform.variables).filter(
      ([, { default: value }]) => value === undefined,
    );
    for (const file of files) {
      const set = [...read(`infra/${file}`).matchAll(/^(\w+)\s*=/gm)].map(([, name]) => name!);
      assert.deepEqual(
        set.filter((name) => !(name in terraform.variables)),
        [],
        file,
      );
      assert.deepEqual(
        needed.map(([name]) => name).filter((name) => !set.includes(name)),
        [],
        file,
      );
    }
  });

  it('draw a dashboard of charts that do not lie on each other', () => {
    const { mosaicLayout } = JSON.parse(read('infra/dashboard.json')) as {
      mosaicLayout: { tiles: { xPos: number; yPos: number; widget: { title: string } }[] };
    };
    const places = mosaicLayout.tiles.map(({ xPos, yPos }) => `${xPos},${yPos}`);
    assert.equal(new Set(places).size, places.length);
  });

  it('are formatted as Terraform does it, where there is a terraform', function () {
    const { status, stdout, error } = spawnSync('terraform', ['fmt', '-check', '-recursive', 'infra'], {
      cwd: root,
      encoding: 'utf8',
    });
    if (error) skip(this, 'terraform is not installed; the workflow checks their format');
    assert.equal(status, 0, `terraform fmt infra would change ${stdout.trim()}`);
  });
});
