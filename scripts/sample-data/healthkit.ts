// What HealthKit hands over, as a client sends it.

export interface Sample {
  uuid: string;
  sampleType: string;
  startDate: string;
  endDate: string;
  value?: number;
  unit?: string;
  categoryValue?: number;
  metadata: Record<string, string | number | boolean>;
  sourceRevision: {
    source: { name: string; bundleIdentifier: string };
    version: string;
    productType: string;
    operatingSystemVersion: string;
  };
}

export interface Recording {
  schemaVersion: 1;
  deviceInfo: {
    deviceModel: string;
    systemName: string;
    systemVersion: string;
    appVersion: string;
    timeZone: string;
  };
  timestamp: string;
  samples: Sample[];
}

export const watch = {
  source: {
    name: 'Apple Watch',
    bundleIdentifier: 'com.apple.health.4C1D8E52-7B0A-4F36-9A61-2E5D0B7C9F13',
  },
  version: '11.5',
  productType: 'Watch7,1',
  operatingSystemVersion: '11.5.0',
};
export const phone = {
  source: { name: 'iPhone', bundleIdentifier: 'com.apple.health.B92F60A7-1E4D-4C88-8D35-6A07F3E2C541' },
  version: '18.5',
  productType: 'iPhone15,2',
  operatingSystemVersion: '18.5.0',
};
export const healthApp = { ...phone, source: { name: 'Health', bundleIdentifier: 'com.apple.Health' } };

export type SourceRevision = Sample['sourceRevision'];

/** HKWorkoutActivityType.running */
export const running = 37;
