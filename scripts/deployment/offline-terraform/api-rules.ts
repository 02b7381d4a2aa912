// What the schema does not say and a fresh project would refuse: the provider's own checks of values, and the first answers of Google's
// APIs, for what infra/ uses. A value that is not known yet is not judged.
import { Unknown, type Value } from './msgpack.ts';

export interface Problem {
  summary: string;
  detail: string;
  /** The outermost argument that it is in. */
  argument: string;
}

interface ApiRule {
  /** The argument: `expiration_policy.ttl`. */
  path: string;
  holds: (value: Value) => boolean;
  /** `PATH must be ...`. */
  must: string;
}

const day = 86_400;
const textOf = (value: Value): string => (typeof value === 'string' ? value : JSON.stringify(value));
const seconds = (value: Value): number => Number(/^(\d+(?:\.\d+)?)s$/.exec(textOf(value))?.[1] ?? NaN);
const rule = (path: string, must: string, holds: (value: Value) => boolean): ApiRule => ({
  path,
  must,
  holds,
});
const like = (path: string, pattern: RegExp, must: string): ApiRule =>
  rule(path, must, (value) => pattern.test(textOf(value)));
const oneOf = (path: string, ...words: string[]): ApiRule =>
  rule(path, `one of ${words.join(', ')}`, (value) => words.includes(textOf(value)));
const lasting = (path: string, from: number, to: number, must: string): ApiRule =>
  rule(path, must, (value) => seconds(value) >= from && seconds(value) <= to);
const number = (path: string, from: number, to: number): ApiRule =>
  rule(path, `${from} to ${to}`, (value) => Number(value) >= from && Number(value) <= to);

const retention = lasting('message_retention_duration', 600, 31 * day, '10 minutes to 31 days');
const poolId = (path: string) => like(path, /^(?!gcp-)[0-9a-z-]{4,32}$/, '4 to 32 of [0-9a-z-], not gcp-');

/** A metric of ours: it comes into being when it is first written, by a function that is deployed later. */
const notWrittenYet = /clarity_loop|clarity-loop|user_clarity/;
const inPromQl = 'conditions.condition_prometheus_query_language';

const apiRules: Record<string, ApiRule[]> = {
  google_service_account: [
    like('account_id', /^[a-z][-a-z0-9]{4,28}[a-z0-9]$/, '6 to 30 small letters, digits and dashes'),
  ],
  google_project_iam_custom_role: [
    like('role_id', /^[a-zA-Z0-9_.]{3,64}$/, '3 to 64 letters, digits, _ and .'),
  ],
  google_iam_workload_identity_pool: [poolId('workload_identity_pool_id')],
  google_iam_workload_identity_pool_provider: [poolId('workload_identity_pool_provider_id')],
  google_pubsub_topic: [retention],
  google_pubsub_subscription: [
    retention,
    number('ack_deadline_seconds', 10, 600),
    number('dead_letter_policy.max_delivery_attempts', 5, 100),
    lasting('retry_policy.minimum_backoff', 0, 600, 'at most 10 minutes'),
    lasting('retry_policy.maximum_backoff', 0, 600, 'at most 10 minutes'),
    rule(
      'expiration_policy.ttl',
      'empty or at least a day',
      (value) => value === '' || seconds(value) >= day,
    ),
  ],
  google_kms_crypto_key: [
    lasting('rotation_period', day, Infinity, 'at least a day'),
    lasting('destroy_scheduled_duration', day, 120 * day, '1 to 120 days'),
  ],
  google_storage_bucket: [
    rule(
      'soft_delete_policy.retention_duration_seconds',
      '0 or 7 to 90 days',
      (value) => value === 0 || (Number(value) >= 7 * day && Number(value) <= 90 * day),
    ),
    oneOf('public_access_prevention', 'inherited', 'enforced'),
    oneOf('lifecycle_rule.action.type', 'SetStorageClass', 'Delete', 'AbortIncompleteMultipartUpload'),
  ],
  google_firestore_database: [
    like('name', /^(\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/, '(default), or 4 to 63 characters'),
  ],
  google_firestore_backup_schedule: [lasting('retention', day, 98 * day, '1 day to 14 weeks')],
  google_logging_project_bucket_config: [number('retention_days', 1, 3650)],
  google_monitoring_dashboard: [rule('dashboard_json', 'JSON', isJson)],
  google_monitoring_alert_policy: [
    oneOf('combiner', 'AND', 'OR', 'AND_WITH_MATCHING_RESOURCE'),
    oneOf('severity', 'CRITICAL', 'ERROR', 'WARNING'),
    rule(
      inPromQl,
      'with disable_metric_validation where the metric is one of ours: a fresh project has not written it yet',
      (value) => field(value, 'disable_metric_validation') === true || !notWrittenYet.test(asked(value)),
    ),
    rule(
      'conditions.condition_threshold',
      'on a metric of Google: one of ours is not found in a fresh project, and a threshold cannot say so',
      (value) => !notWrittenYet.test(/metric\.type\s*=\s*"([^"]*)"/.exec(asked(value))?.[1] ?? ''),
    ),
    rule(
      '',
      'with alert_strategy.notification_rate_limit where it watches log lines',
      (value) =>
        [...reach(value, ['conditions', 'condition_matched_log'])].length === 0 ||
        [...reach(value, ['alert_strategy', 'notification_rate_limit'])].length > 0,
    ),
  ],
};

function isJson(value: Value): boolean {
  try {
    JSON.parse(textOf(value));
    return true;
  } catch {
    return false;
  }
}

const field = (value: Value, name: string): Value => (value as Record<string, Value>)[name] ?? null;
const asked = (value: Value): string => textOf(field(value, 'query') ?? field(value, 'filter'));

/** Every value at a path, through the lists on the way. */
function* reach(value: Value, steps: string[]): Generator<Value> {
  if (Array.isArray(value)) for (const one of value) yield* reach(one, steps);
  else if (value === null || value instanceof Unknown) return;
  else if (steps.length === 0) yield value;
  else if (typeof value === 'object') yield* reach(field(value, steps[0]!), steps.slice(1));
}

/** What is wrong with a resource's values; nothing for one that goes. */
export function problemsOf(type: string, config: Value): Problem[] {
  return (apiRules[type] ?? []).flatMap(({ path, holds, must }) => {
    const steps = path.split('.').filter(Boolean);
    return [...reach(config, steps)]
      .filter((value) => !holds(value))
      .map((value) => ({
        summary: `${type}: ${path || 'it'} must be ${must}`,
        detail: steps.length ? `It is ${JSON.stringify(value).slice(0, 200)}.` : '',
        argument: steps[0] ?? 'conditions',
      }));
  });
}
