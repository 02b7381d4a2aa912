import assert from 'node:assert/strict';
import { readConfig } from '../../src/config.ts';

const whole = {
  GCLOUD_PROJECT: 'demo-project',
  RECORDINGS_BUCKET: 'demo-project.appspot.com',
  VERTEX_LOCATION: 'europe-west4',
  VERTEX_MODEL: 'gemini-2.5-flash',
  NARRATOR_TEXTS_A_DAY: '10000',
};

const sentence = (env: Record<string, string | undefined>): string => {
  try {
    readConfig(env);
  } catch (error) {
    return (error as Error).message;
  }
  return assert.fail('was accepted');
};

describe('readConfig', () => {
  it('reads what is set, and has a default only where none is needed', () => {
    assert.deepEqual(readConfig({ ...whole, UNRELATED: 'x' }), {
      project: 'demo-project',
      recordingsBucket: 'demo-project.appspot.com',
      vertex: { location: 'europe-west4', model: 'gemini-2.5-flash', apiEndpoint: '' },
      narratorTextsADay: 10_000,
      corsOrigins: [],
      requiresAppCheck: true,
      logLevel: 'info',
      telemetry: { traces: 'none', metrics: 'none', otlpEndpoint: '', otlpHeaders: {} },
      sentry: { dsn: '', environment: 'demo-project', release: '' },
    });
    const chosen = { VERTEX_LOCATION: 'global', VERTEX_API_ENDPOINT: '127.0.0.1:8443', LOG_LEVEL: 'debug' };
    const { vertex, logLevel } = readConfig({ ...whole, ...chosen });
    assert.deepEqual([vertex.location, vertex.apiEndpoint, logLevel], ['global', '127.0.0.1:8443', 'debug']);
  });

  it('does without App Check in the emulator only', () => {
    assert.equal(readConfig({ ...whole, FUNCTIONS_EMULATOR: 'true' }).requiresAppCheck, false);
    assert.equal(readConfig({ ...whole, FUNCTIONS_EMULATOR: 'false' }).requiresAppCheck, true);
  });

  it('reads a list of web origins', () => {
    const CORS_ORIGINS = 'https://app.example.org,http://localhost:5173';
    const { corsOrigins } = readConfig({ ...whole, CORS_ORIGINS });
    assert.deepEqual(corsOrigins, ['https://app.example.org', 'http://localhost:5173']);
  });

  for (const name of Object.keys(whole)) {
    it(`names ${name} where it is missing or empty, in one sentence`, () => {
      for (const value of [undefined, '']) {
        const said = sentence({ ...whole, [name]: value });
        assert.equal(said, `Configuration: ${name} is not set; see functions/.env.example.`);
      }
    });
  }

  const malformed: [name: string, values: string[], what: string][] = [
    ['RECORDINGS_BUCKET', ['gs://bucket', 'Bucket', 'a', 'with space', 'a/b'], 'is not the name of a bucket'],
    ['VERTEX_LOCATION', ['Europe', 'https://x', '1'], 'is not a location such as eu, europe-west4 or global'],
    ['NARRATOR_TEXTS_A_DAY', ['many', '-1', '1.5'], 'is not a number of texts such as 10000, or 0 for none'],
    ['VERTEX_MODEL', ['models/gemini', 'Gemini 2.5'], 'is not a model name such as gemini-3.5-flash-lite'],
    ['VERTEX_API_ENDPOINT', ['https://host', 'host:port', 'host/path'], 'is not host or host:port'],
    [
      'CORS_ORIGINS',
      ['*', 'app.example.org', 'https://app.example.org/', 'https://a.example, https://b.example'],
      'is not a list of origins such as https://app.example.org,https://www.example.org',
    ],
    [
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      ['localhost:4318', 'ftp://x', 'http://'],
      'is not an http or https address',
    ],
    [
      'OTEL_EXPORTER_OTLP_HEADERS',
      ['a', 'a=b,c', '=b', 'a=%', 'a=%zz'],
      'is neither "off" nor name=value,name=value',
    ],
    ['OTEL_TRACES_EXPORTER', ['jaeger', 'OTLP'], 'is not one of otlp, console, none'],
    ['OTEL_METRICS_EXPORTER', ['statsd'], 'is not one of otlp, prometheus, console, none'],
    [
      'SENTRY_DSN',
      ['on', 'https://sentry.example', 'key@host/1'],
      'is neither "off" nor the DSN of a project',
    ],
    ['LOG_LEVEL', ['verbose', 'INFO', ''], 'is not one of error, warn, info, debug'],
  ];
  for (const [name, values, what] of malformed) {
    it(`says what ${name} ${what.slice(3)}`, () => {
      for (const value of values) {
        const said = sentence({ ...whole, [name]: value });
        assert.equal(said, `Configuration: ${name} ${what}; see functions/.env.example.`);
      }
    });
  }

  const collector = 'http://127.0.0.1:4318';

  it('exports nothing, or by OTLP where an endpoint is set, unless it is told', () => {
    const telemetry = (env: Record<string, string>) => readConfig({ ...whole, ...env }).telemetry;
    const { traces, metrics, otlpEndpoint, otlpHeaders } = telemetry({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%2Cb, x-team = one',
    });
    assert.deepEqual([traces, metrics, otlpEndpoint], ['otlp', 'otlp', collector]);
    assert.deepEqual(otlpHeaders, { 'x-key': 'a,b', 'x-team': 'one' });
    assert.deepEqual(telemetry({ OTEL_EXPORTER_OTLP_HEADERS: 'off' }).otlpHeaders, {});
    const chosen = telemetry({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
      OTEL_TRACES_EXPORTER: 'console',
      OTEL_METRICS_EXPORTER: 'none',
    });
    assert.deepEqual([chosen.traces, chosen.metrics], ['console', 'none']);
  });

  it('asks for the endpoint that an exporter needs', () => {
    for (const name of ['OTEL_TRACES_EXPORTER', 'OTEL_METRICS_EXPORTER']) {
      const said = sentence({ ...whole, [name]: 'otlp' });
      assert.match(said, /OTEL_EXPORTER_OTLP_ENDPOINT is not set, and an exporter needs it/);
    }
  });

  it('takes prometheus for the local collector only: nobody can scrape a function', () => {
    const env = { ...whole, OTEL_METRICS_EXPORTER: 'prometheus' };
    assert.equal(readConfig({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: collector }).telemetry.metrics, 'otlp');
    const elsewhere = { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://telemetry.googleapis.com' };
    assert.match(sentence(elsewhere), /prometheus, which is for the local stack/);
  });

  it('reports errors where there is a DSN, under the names of the deployment', () => {
    const dsn = 'https://key@o1.ingest.sentry.io/42';
    const named = { SENTRY_DSN: dsn, K_REVISION: 'uploadrecording-00007' };
    assert.deepEqual(readConfig({ ...whole, ...named }).sentry, {
      dsn,
      environment: 'demo-project',
      release: 'uploadrecording-00007',
    });
    assert.equal(readConfig({ ...whole, SENTRY_DSN: 'off' }).sentry.dsn, '');
  });

  it('names the first of several', () => {
    assert.equal(sentence({}), 'Configuration: GCLOUD_PROJECT is not set; see functions/.env.example.');
  });
});
