import assert from 'node:assert/strict';
import { readConfig } from '../../src/config.ts';

const whole = {
  GCLOUD_PROJECT: 'demo-project',
  RECORDINGS_BUCKET: 'demo-project.appspot.com',
  VERTEX_LOCATION: 'europe-west4',
  VERTEX_MODEL: 'gemini-2.5-flash',
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
      corsOrigins: [],
      requiresAppCheck: true,
      logLevel: 'info',
      otlpEndpoint: '',
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
    ['VERTEX_LOCATION', ['Europe', 'https://x', '1'], 'is not a location such as europe-west4 or global'],
    ['VERTEX_MODEL', ['models/gemini', 'Gemini 2.5'], 'is not a model name such as gemini-2.5-flash'],
    ['VERTEX_API_ENDPOINT', ['https://host', 'host:port', 'host/path'], 'is not host or host:port'],
    [
      'CORS_ORIGINS',
      ['*', 'app.example.org', 'https://app.example.org/', 'https://a.example, https://b.example'],
      'is not a list of origins such as https://app.example.org,https://www.example.org',
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

  it('names the first of several', () => {
    assert.equal(sentence({}), 'Configuration: GCLOUD_PROJECT is not set; see functions/.env.example.');
  });
});
