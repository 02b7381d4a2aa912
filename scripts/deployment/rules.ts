// What must be true of infra/*.tf, without a cloud. Each rule gives a sentence for every place that breaks it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { grantsOf } from './role-table.ts';
import {
  keysOf,
  nested,
  textOf,
  type Block,
  type Hcl,
  type HclBody,
  type Terraform,
} from './read-terraform.ts';

export interface Rule {
  /** What it promises. */
  name: string;
  problems: (terraform: Terraform) => string[];
}

const said = ({ file, type, name }: Block, what: string): string => `${file}: ${type}.${name} ${what}`;
const ofType = ({ resources }: Terraform, type: string): Block[] =>
  resources.filter((block) => block.type === type);
const seconds = (text: Hcl | undefined): number => Number(/^(\d+)s$/.exec(textOf(text))?.[1] ?? NaN);
const first = (body: HclBody, ...path: string[]): HclBody | undefined =>
  path.reduce<HclBody | undefined>((found, name) => found && nested(found, name)[0], body);

/** Where data of people rests, and the argument that names its key. */
const encrypted: Record<string, (body: HclBody) => Hcl | undefined> = {
  google_storage_bucket: (body) => first(body, 'encryption')?.['default_kms_key_name'],
  google_pubsub_topic: (body) => body['kms_key_name'],
  google_firestore_database: (body) => first(body, 'cmek_config')?.['kms_key_name'],
  google_logging_project_bucket_config: (body) => first(body, 'cmek_settings')?.['kms_key_name'],
  google_eventarc_google_channel_config: (body) => body['crypto_key_name'],
  google_secret_manager_secret: (body) =>
    first(body, 'replication', 'user_managed', 'replicas', 'customer_managed_encryption')?.['kms_key_name'],
};

/** What the predefined roles contain that are granted on a whole project. */
const predefined = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'predefined-roles.json'), 'utf8'),
) as { roles: Record<string, { permissions: string[] }> };

const dataAccess = /^(storage\.objects|datastore\.entities|secretmanager\.versions\.access)/;

/** Google asks for this role by its name: through it the rules of Storage read the announcement of an upload. */
const asksForDocuments = 'roles/firebaserules.firestoreServiceAgent';

/** The API that makes a resource, by the beginning of its type; the longest one counts. */
const apis: Record<string, string> = {
  google_access_context_manager: 'accesscontextmanager',
  google_artifact_registry: 'artifactregistry',
  google_billing_budget: 'billingbudgets',
  google_eventarc: 'eventarc',
  google_firebase: 'firebase',
  google_firebase_app_check: 'firebaseappcheck',
  google_firestore: 'firestore',
  google_iam: 'iam',
  google_identity_platform: 'identitytoolkit',
  google_kms: 'cloudkms',
  google_logging: 'logging',
  google_monitoring: 'monitoring',
  google_project: 'cloudresourcemanager',
  google_project_iam_custom_role: 'iam',
  google_project_service: 'serviceusage',
  google_pubsub: 'pubsub',
  google_secret_manager: 'secretmanager',
  google_service_account: 'iam',
  google_storage: 'storage',
};

/** The API that a type of resource or data source belongs to: `pubsub.googleapis.com`; nothing for one that is not known. */
export function apiOf(type: string): string | undefined {
  const known = Object.keys(apis).filter((beginning) => type.startsWith(beginning));
  const longest = known.sort((a, b) => b.length - a.length)[0];
  return longest && `${apis[longest]!}.googleapis.com`;
}

const broadRole = /^roles\/(owner|editor|viewer|browser|.*\.admin|.*Admin|.*\.editor|.*[a-z]Editor)$/;
const day = 86_400;

export const rules: Rule[] = [
  {
    name: 'nobody is owner, editor, viewer or any kind of admin',
    problems: (terraform) =>
      grantsOf(terraform)
        .filter(({ role }) => broadRole.test(role))
        .map(({ block, role }) => said(block, `grants ${role}`)),
  },
  {
    name: 'grants are added one by one and never replace what others have granted',
    problems: ({ resources }) =>
      resources
        .filter(({ type }) => /_iam_(binding|policy)$/.test(type))
        .map((block) => said(block, 'would take away what it does not name')),
  },
  {
    name: 'what is granted on the project says why it cannot be granted on less',
    problems: ({ resources }) =>
      resources
        .filter(({ type }) => /^google_(project|folder|organization)_iam_(member|binding)$/.test(type))
        .filter(({ comment }) => !/On the project because .{15,}/.test(comment))
        .map((block) => said(block, 'has no "On the project because ..." above it')),
  },
  {
    name: 'on the project nobody reads objects, documents or secrets, except where a condition names which',
    problems: (terraform) =>
      grantsOf(terraform)
        .filter(({ on, role }) => on === 'project' && role !== asksForDocuments)
        .flatMap(({ role, block }) => {
          const contents = role.startsWith('roles/')
            ? predefined.roles[role]?.permissions
            : ownPermissions(terraform, role);
          if (!contents) return [said(block, `grants ${role}, which predefined-roles.json does not know`)];
          const reads = contents.find((permission) => dataAccess.test(permission));
          const named = !role.startsWith('roles/') && nested(block.body, 'condition').length > 0;
          return reads && !named ? [said(block, `grants ${role}, which has ${reads}`)] : [];
        }),
  },
  {
    name: 'the account that builds is not the editor that Google makes it',
    problems: ({ resources }) =>
      resources.some(
        ({ type, body }) =>
          type === 'google_project_iam_member_remove' &&
          body['role'] === 'roles/editor' &&
          body['member'] === '${local.build_account}',
      )
        ? []
        : ['project.tf: the build account stays editor'],
  },
  {
    name: 'the API of every resource is on',
    problems: (terraform) => {
      const single = ofType(terraform, 'google_project_service').map(({ body }) => textOf(body['service']));
      const enabled = [...((terraform.locals['apis'] ?? []) as string[]), ...single];
      return [...terraform.resources, ...terraform.dataSources].flatMap((block) => {
        const api = apiOf(block.type);
        if (!api) return [said(block, 'is of no API that this rule knows')];
        return enabled.includes(api) ? [] : [said(block, `needs ${api}`)];
      });
    },
  },
  {
    name: 'roles of our own name their permissions, and only the workflows may change who may do what',
    problems: (terraform) =>
      ofType(terraform, 'google_project_iam_custom_role').flatMap((block) => {
        const permissions = block.body['permissions'];
        const ci = ['deployer', 'applier', 'reader'].includes(block.name);
        if (!Array.isArray(permissions)) return ci ? [] : [said(block, 'does not list its permissions')];
        return permissions
          .filter((one) =>
            /\*|setIamPolicy|actAs|getAccessToken|signBlob|implicitDelegation/.test(textOf(one)),
          )
          .map((one) => said(block, `has ${textOf(one)}`));
      }),
  },
  {
    name: 'there are no keys of service accounts',
    problems: ({ resources, dataSources }) =>
      [...resources, ...dataSources]
        .filter(({ type }) => /service_account_(key|access_token|jwt)/.test(type))
        .map((block) => said(block, 'is or makes a credential')),
  },
  {
    name: 'nothing is for everybody',
    problems: ({ texts }) =>
      Object.entries(texts)
        .filter(([, text]) => /allUsers|allAuthenticatedUsers/.test(text.replace(/^\s*#.*$/gm, '')))
        .map(([file]) => `${file} names everybody as a member`),
  },
  {
    name: 'everything that people sent rests under a key of ours, which its service may use',
    problems: (terraform) => {
      const keys = ofType(terraform, 'google_kms_crypto_key').flatMap((key) => keysOf(key, terraform.locals));
      const users = Object.keys((terraform.locals['key_users'] ?? {}) as object);
      return terraform.resources
        .filter(({ type }) => type in encrypted)
        .flatMap((block) => {
          const used = textOf(encrypted[block.type]!(block.body));
          const key = /google_kms_crypto_key\.key\["(\w+)"\]/.exec(used)?.[1];
          if (!key) return [said(block, 'has no key of ours')];
          if (!keys.includes(key)) return [said(block, `names the key ${key}, which is not there`)];
          return users.includes(key) ? [] : [said(block, `names the key ${key}, which nobody may use`)];
        });
    },
  },
  {
    name: 'who encrypts the topics of Eventarc may use its key: Pub/Sub',
    problems: (terraform) =>
      ofType(terraform, 'google_eventarc_google_channel_config')
        .filter(
          ({ body }) =>
            !ofType(terraform, 'google_kms_crypto_key_iam_member').some(
              ({ body: grant }) =>
                grant['crypto_key_id'] === textOf(body['crypto_key_name']) &&
                textOf(grant['member']).includes('agent["pubsub.googleapis.com"]'),
            ),
        )
        .map((block) => said(block, 'names a key that Pub/Sub may not use')),
  },
  {
    name: 'keys are renewed within 90 days and are never destroyed by an apply',
    problems: (terraform) =>
      ofType(terraform, 'google_kms_crypto_key').flatMap((block) => [
        ...(seconds(block.body['rotation_period']) <= 90 * day
          ? []
          : [said(block, 'is not renewed within 90 days')]),
        ...neverDestroyed(block),
      ]),
  },
  {
    name: 'buckets can never be public, and only IAM says who may',
    problems: (terraform) =>
      ofType(terraform, 'google_storage_bucket').flatMap((block) => [
        ...(block.body['public_access_prevention'] === 'enforced'
          ? []
          : [said(block, 'could become public')]),
        ...(block.body['uniform_bucket_level_access'] === true ? [] : [said(block, 'has object ACLs')]),
        ...neverDestroyed(block),
      ]),
  },
  {
    name: 'phones reach Firestore, Storage and sign-in only as an app that App Check knows, and as somebody',
    problems: (terraform) => {
      const services = ofType(terraform, 'google_firebase_app_check_service_config').filter(
        ({ body }) => body['enforcement_mode'] === 'ENFORCED',
      );
      const enforced = services.flatMap((block) => keysOf(block, terraform.locals));
      const signIn = ofType(terraform, 'google_identity_platform_config');
      const named = signIn.filter(
        ({ body }) =>
          first(body, 'sign_in', 'anonymous')?.['enabled'] === '${var.anonymous_sign_in}' &&
          first(body, 'sign_in', 'email')?.['password_required'] === true,
      );
      return [
        ...['firestore', 'firebasestorage', 'identitytoolkit']
          .filter((name) => !enforced.includes(`${name}.googleapis.com`))
          .map((name) => `firebase.tf: App Check is not enforced for ${name}`),
        ...(signIn.length > 0 && named.length === signIn.length
          ? []
          : ['firebase.tf: anybody may sign in as nobody']),
        ...(terraform.variables['anonymous_sign_in']?.['default'] === false
          ? []
          : ['variables.tf: anonymous sign-in is on by default']),
      ];
    },
  },
  {
    name: 'only in dev can anybody make a debug token, and Terraform makes none',
    problems: ({ resources, locals, texts }) => {
      const makes = 'firebaseappcheck.debugTokens.update';
      const given = Object.entries(texts).filter(([, text]) => text.includes(makes));
      return [
        ...resources
          .filter(({ type }) => type === 'google_firebase_app_check_debug_token')
          .map((block) => said(block, 'lies in the state, which a pull request can read')),
        ...(given.length === 1 &&
        /^\$\{var\.environment != "dev" \? \[\] :/.test(textOf(locals['first_upload']))
          ? []
          : ['firebase.tf: debug tokens can be made outside dev']),
      ];
    },
  },
  {
    name: 'recordings go after their time, exports after a day, and a mistake can be undone for a week',
    problems: (terraform) =>
      ofType(terraform, 'google_storage_bucket').flatMap((block) => {
        const deletions = nested(block.body, 'lifecycle_rule')
          .filter((rule) => first(rule, 'action')?.['type'] === 'Delete')
          .map((rule) => first(rule, 'condition')!);
        const rule = (prefix: string, field: string, value: Hcl) =>
          deletions.some(
            (one) =>
              JSON.stringify(one['matches_prefix']) === JSON.stringify([prefix]) && one[field] === value,
          );
        return [
          ...(rule('recordings/', 'days_since_custom_time', '${var.recording_days}')
            ? []
            : [said(block, 'keeps recordings after their analysis')]),
          ...(rule('recordings/', 'age', 90) ? [] : [said(block, 'keeps recordings that nobody analysed')]),
          ...(rule('exports/', 'age', 1) ? [] : [said(block, 'keeps exports')]),
          ...(first(block.body, 'soft_delete_policy')?.['retention_duration_seconds'] === 7 * day
            ? []
            : [said(block, 'does not keep deleted objects for a week')]),
        ];
      }),
  },
  {
    name: 'the database can be set back, is backed up every day, and cannot be deleted',
    problems: (terraform) => {
      const backedUp = ofType(terraform, 'google_firestore_backup_schedule').some(
        ({ body }) => nested(body, 'daily_recurrence').length === 1 && seconds(body['retention']) >= 7 * day,
      );
      return ofType(terraform, 'google_firestore_database').flatMap((block) => [
        ...(block.body['point_in_time_recovery_enablement'] === 'POINT_IN_TIME_RECOVERY_ENABLED'
          ? []
          : [said(block, 'cannot be set back')]),
        ...(block.body['delete_protection_state'] === 'DELETE_PROTECTION_ENABLED'
          ? []
          : [said(block, 'can be deleted')]),
        ...(backedUp ? [] : [said(block, 'is not backed up every day')]),
        ...neverDestroyed(block),
      ]);
    },
  },
  {
    name: 'no message is lost: topics remember, and what was given up is kept by a subscription that never expires',
    problems: (terraform) => {
      const subscriptions = ofType(terraform, 'google_pubsub_subscription');
      return ofType(terraform, 'google_pubsub_topic').flatMap((block) => {
        const problems =
          seconds(block.body['message_retention_duration']) >= 7 * day
            ? []
            : [said(block, 'does not remember messages for a week')];
        if (!textOf(block.body['name']).includes('dead')) return problems;
        const kept = subscriptions.some(
          ({ body }) =>
            textOf(body['topic']).includes(`google_pubsub_topic.${block.name}.`) &&
            first(body, 'expiration_policy')?.['ttl'] === '' &&
            seconds(body['message_retention_duration']) >= 30 * day,
        );
        const moved = grantsOf(terraform).some(
          ({ member, role, block: grant }) =>
            role === 'roles/pubsub.publisher' &&
            textOf(grant.body['topic']).includes(`google_pubsub_topic.${block.name}.`) &&
            member.includes('pubsub.googleapis.com'),
        );
        return [
          ...problems,
          ...(kept ? [] : [said(block, 'has no subscription that keeps what was given up')]),
          ...(moved ? [] : [said(block, 'cannot be written by Pub/Sub, which moves what failed')]),
        ];
      });
    },
  },
  {
    name: 'the federation lets in one repository by its number and its owner, one place of it at a time',
    problems: (terraform) => [
      ...ofType(terraform, 'google_iam_workload_identity_pool_provider')
        .filter(({ body }) => {
          const condition = textOf(body['attribute_condition']);
          return !(
            condition.includes("assertion.repository_id == '${var.github_repository_id}'") &&
            condition.includes("assertion.repository_owner_id == '${var.github_owner_id}'") &&
            condition.includes('refs/heads/main') &&
            condition.includes('" && "')
          );
        })
        .map((block) => said(block, 'has no condition on repository, owner and branch')),
      ...(/\/attribute\.place\/\$\{var\.github_repository_id\}$/.test(
        textOf(terraform.locals['github_place']),
      )
        ? []
        : ['ci.tf: github_place is not of this repository']),
      ...grantsOf(terraform)
        .filter(({ role }) => /workloadIdentityUser/.test(role))
        .filter(({ member }) => !/^\$\{local\.github_place\}\/[^*]+$/.test(member))
        .map(({ block }) => said(block, 'lets in more than one place')),
    ],
  },
  {
    name: 'the applier gives and takes only the roles that are given here',
    problems: (terraform) => {
      const granted = grantsOf(terraform)
        .filter(({ block, on }) => !(on === 'project' && block.file === 'ci.tf'))
        .map(({ block }) => textOf(block.body['role']));
      const plain = (role: string) => role.replace(/^\$\{(.*)\.(id|name)\}$/, '$1');
      const listed = (terraform.locals['grantable_roles'] as string[] | undefined)?.map(plain) ?? [];
      const missing = [...new Set(granted.map(plain))].filter((role) => !listed.includes(role));
      const needless = listed.filter((role) => !granted.map(plain).includes(role));
      const unbound = ofType(terraform, 'google_project_iam_member')
        .filter(({ name }) => name === 'applier')
        .filter(({ body }) => first(body, 'condition')?.['expression'] !== '${local.grantable}')
        .map((block) => said(block, 'may grant anything'));
      return [
        ...missing.map((role) => `ci.tf: grantable_roles lacks ${role}`),
        ...needless.map((role) => `ci.tf: grantable_roles has ${role}, which nobody is given`),
        ...unbound,
        ...(/chunklist\(local\.grantable_roles, 10\)[^]*modifiedGrantsByRole', \[\]\)\.hasOnly/.test(
          textOf(terraform.locals['grantable']),
        )
          ? []
          : ['ci.tf: grantable does not hold the applier to grantable_roles']),
      ];
    },
  },
  {
    name: 'every alert reaches somebody and says what to do',
    problems: (terraform) =>
      ofType(terraform, 'google_monitoring_alert_policy').flatMap((block) => [
        ...(block.body['notification_channels'] === '${local.channels}' ? [] : [said(block, 'tells nobody')]),
        ...(textOf(first(block.body, 'documentation')?.['content']).length > 40
          ? []
          : [said(block, 'does not say what to do')]),
      ]),
  },
  {
    name: 'who read and wrote data is in the audit log',
    problems: (terraform) => {
      const audited = (terraform.locals['audited_services'] ?? []) as string[];
      const types = ofType(terraform, 'google_project_iam_audit_config').flatMap(({ body }) =>
        nested(body, 'audit_log_config').map((one) => one['log_type']),
      );
      const services = [
        'aiplatform',
        'cloudkms',
        'datastore',
        'iam',
        'pubsub',
        'secretmanager',
        'storage',
        'sts',
      ];
      return [
        ...services
          .filter((name) => !audited.includes(`${name}.googleapis.com`))
          .map((name) => `logging.tf: ${name} is not audited`),
        ...['ADMIN_READ', 'DATA_READ', 'DATA_WRITE']
          .filter((type) => !types.includes(type))
          .map((type) => `logging.tf: ${type} is not audited`),
      ];
    },
  },
  {
    name: 'logs are kept once, by us, and no sink lets health fields through',
    problems: (terraform) => {
      const sinks = ofType(terraform, 'google_logging_project_sink');
      const off = sinks.some(({ body }) => body['name'] === '_Default' && body['disabled'] === true);
      return [
        ...sinks
          .filter(({ body }) => first(body, 'exclusions')?.['filter'] !== '${local.health_filter}')
          .map((block) => said(block, 'lets health fields through')),
        ...(off ? [] : ['logging.tf: the sink _Default keeps everything a second time']),
      ];
    },
  },
  {
    name: 'every variable and every local is used',
    problems: ({ variables, locals, texts }) => {
      const all = Object.values(texts).join('\n');
      return [
        ...Object.keys(variables).map((name) => `var.${name}`),
        ...Object.keys(locals).map((name) => `local.${name}`),
      ]
        .filter((name) => !new RegExp(`\\b${name}\\b`).test(all))
        .map((name) => `${name} is used nowhere`);
    },
  },
  {
    name: 'the perimeter is a rehearsal first',
    problems: (terraform) =>
      ofType(terraform, 'google_access_context_manager_service_perimeter')
        .filter(({ body }) => body['use_explicit_dry_run_spec'] !== true || body['status'] !== undefined)
        .map((block) => said(block, 'blocks before anybody has seen what')),
  },
];

/** What a role of our own contains: its list, or the lists of locals that it names. */
function ownPermissions(terraform: Terraform, roleId: string): string[] | undefined {
  const role = ofType(terraform, 'google_project_iam_custom_role').find(
    ({ body }) => body['role_id'] === roleId,
  );
  const permissions = role?.body['permissions'];
  if (Array.isArray(permissions)) return permissions.map(textOf);
  const lists = [...textOf(permissions).matchAll(/local\.(\w+)/g)].map(([, name]) => terraform.locals[name!]);
  return lists.length ? (lists.flat() as string[]) : undefined;
}

function neverDestroyed(block: Block): string[] {
  return first(block.body, 'lifecycle')?.['prevent_destroy'] === true
    ? []
    : [said(block, 'could be destroyed by an apply')];
}
