import { isObject } from '../domain/json.ts';

const envelopeKeys = {
  schemaVersion: 'schema_version',
  userId: 'user_id',
  uploadId: 'upload_id',
  deviceInfo: 'device_info',
  timestamp: 'timestamp',
  deletedSamples: 'deleted_samples',
} as const;
const deviceKeys = {
  deviceModel: 'device_model',
  systemName: 'system_name',
  systemVersion: 'system_version',
  appVersion: 'app_version',
  timeZone: 'time_zone',
} as const;

function pick(raw: Record<string, unknown>, keys: Record<string, string>): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const [camel, snake] of Object.entries(keys)) {
    const value = raw[camel] ?? raw[snake];
    if (value !== undefined && value !== null) picked[camel] = value;
  }
  return picked;
}

/** The envelope in camelCase, whichever case it came in; keys that no envelope has are left out. */
export function camelEnvelope(raw: Record<string, unknown>): Record<string, unknown> {
  const envelope = pick(raw, envelopeKeys);
  if (isObject(envelope.deviceInfo)) envelope.deviceInfo = pick(envelope.deviceInfo, deviceKeys);
  return envelope;
}

/** Whether a key of the envelope shows that the client writes snake_case. */
export function writesSnakeCase(envelope: Record<string, unknown>): boolean {
  return Object.entries(envelopeKeys).some(([camel, snake]) => camel !== snake && snake in envelope);
}

/** `/samples/0/startDate` as `/samples/0/start_date`; HealthKit's own metadata keys stay. */
export function snakePointer(pointer: string): string {
  return pointer
    .split('/')
    .map((key) =>
      key.startsWith('HK') ? key : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    )
    .join('/');
}
