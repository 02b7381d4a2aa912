// The import law: which room may import which. A room is a folder, or a file at the top of functions/src. One table for functions/
// and scripts/; architecture.test.ts holds it and functions/README.md draws it.

/** Rooms inside a room, all of them: `domain/*`. */
const domain = 'functions/src/domain/*';
const inner = [domain, 'functions/src/contract', 'functions/src/ingest'];

/** A room, and the rooms besides itself that its files may import. */
export const rooms: Record<string, string[]> = {
  'functions/src/domain': [],
  'functions/src/domain/upload': ['functions/src/domain'],
  'functions/src/domain/samples': ['functions/src/domain'],
  'functions/src/domain/metrics': ['functions/src/domain', 'functions/src/domain/samples'],
  'functions/src/domain/history': [
    'functions/src/domain',
    'functions/src/domain/samples',
    'functions/src/domain/metrics',
  ],
  'functions/src/domain/analysis': [
    'functions/src/domain',
    'functions/src/domain/samples',
    'functions/src/domain/metrics',
    'functions/src/domain/history',
  ],
  'functions/src/domain/narrative': [
    'functions/src/domain',
    'functions/src/domain/metrics',
    'functions/src/domain/history',
    'functions/src/domain/analysis',
  ],
  'functions/src/domain/person': [
    'functions/src/domain',
    'functions/src/domain/upload',
    'functions/src/domain/history',
    'functions/src/domain/narrative',
  ],
  // Forms of what is received, and what is said of another form.
  'functions/src/validation': [domain],
  'functions/src/contract': [domain, 'functions/src/validation'],
  'functions/src/ingest': [domain, 'functions/src/contract'],
  'functions/src/report': [domain],
  'functions/src/workflows': [...inner, 'functions/src/workflows/steps'],
  // Of workflows/ only its ports: see `onlyPorts`.
  'functions/src/workflows/steps': [...inner, 'functions/src/workflows'],
  'functions/src/adapters': [domain, 'functions/src/contract', 'functions/src/workflows'],
  'functions/src/adapters/firestore': [
    domain,
    'functions/src/contract',
    'functions/src/workflows',
    'functions/src/adapters',
  ],
  'functions/src/adapters/memory': [
    domain,
    'functions/src/contract',
    'functions/src/workflows',
    'functions/src/adapters',
  ],
  'functions/src/telemetry': [domain, 'functions/src/config'],
  'functions/src/platform': [
    domain,
    'functions/src/validation',
    'functions/src/config',
    'functions/src/telemetry',
  ],
  'functions/src/observations': [domain, 'functions/src/workflows', 'functions/src/telemetry'],
  'functions/src/app': [
    'functions/src/domain',
    'functions/src/workflows',
    'functions/src/adapters/*',
    'functions/src/telemetry',
    'functions/src/observations',
    'functions/src/config',
  ],
  // How uploadRecording answers, on whatever ports: the function itself and the test of a whole instance.
  'functions/src/answer-upload': [
    'functions/src/contract',
    'functions/src/platform',
    'functions/src/workflows',
  ],
  'functions/src/config': [],
  'functions/src/deployment': ['functions/src/config'],
  'functions/src/global': ['functions/src/config'],
  'functions/src/entries': [
    domain,
    'functions/src/contract',
    'functions/src/workflows',
    'functions/src/report',
    'functions/src/platform',
    'functions/src/telemetry',
    'functions/src/answer-upload',
    'functions/src/app',
    'functions/src/config',
    'functions/src/deployment',
  ],
  'functions/src/index': ['functions/src/entries'],
  // What apps import. No function does.
  'functions/client': [domain, 'functions/src/contract'],
  'scripts/run': ['scripts/install'],
  'scripts/install': [],
  'scripts/lib': ['functions/src/*'],
  'scripts/architecture': ['scripts/lib'],
  'scripts/sample-data': ['functions/src/*', 'scripts/lib'],
  'scripts/local-stack': ['functions/src/*', 'scripts/lib', 'scripts/install'],
  'scripts/client': ['functions/src/*', 'functions/client', 'scripts/lib', 'scripts/local-stack'],
  'scripts/contract': ['functions/src/*', 'functions/client', 'scripts/lib'],
  'scripts/deployment': ['functions/src/*', 'scripts/lib'],
  'scripts/deployment/offline-terraform': ['scripts/lib', 'scripts/deployment'],
  'scripts/models': ['functions/src/*', 'scripts/lib'],
  'scripts/analyze': ['functions/src/*', 'scripts/lib'],
  'scripts/report': ['functions/src/*', 'scripts/lib', 'scripts/analyze'],
  'scripts/people': ['functions/src/*', 'scripts/lib', 'scripts/sample-data'],
  'scripts/import': ['functions/src/*', 'functions/client', 'scripts/lib', 'scripts/client'],
  'scripts/start': [
    'functions/src/*',
    'scripts/lib',
    'scripts/client',
    'scripts/local-stack',
    'scripts/sample-data',
  ],
  'scripts/first-upload': [
    'functions/src/*',
    'scripts/lib',
    'scripts/client',
    'scripts/deployment',
    'scripts/sample-data',
    'scripts/start',
  ],
  'scripts/operations': [
    'functions/src/*',
    'functions/client',
    'scripts/lib',
    'scripts/client',
    'scripts/local-stack',
  ],
  'scripts/soak': [
    'functions/src/*',
    'functions/client',
    'scripts/lib',
    'scripts/client',
    'scripts/local-stack',
    'scripts/sample-data',
  ],
  'scripts/bench': [
    'functions/src/*',
    'functions/test/support',
    'scripts/lib',
    'scripts/analyze',
    'scripts/client',
    'scripts/local-stack',
    'scripts/models',
    'scripts/sample-data',
  ],
  'scripts/capacity': ['scripts/lib', 'scripts/bench'],
  'scripts/image': [
    'functions/src/*',
    'scripts/lib',
    'scripts/bench',
    'scripts/install',
    'scripts/local-stack',
  ],
  // The workflows, on a cloud that is simulated.
  'scripts/simulate': ['functions/src/*', 'functions/test/support'],
  'scripts/testing': ['scripts/lib', 'scripts/local-stack'],
  // Nobody imports a command.
  'scripts/commands': ['functions/src/*', 'functions/test/support', 'scripts/*'],
};

/** The packages of others that a room inside may use; a room that is not here may use any. */
export const packages: Record<string, string[]> = {
  'functions/src/domain/*': [],
  'functions/src/validation': ['valibot'],
  'functions/src/contract': ['valibot'],
  'functions/src/ingest': ['valibot'],
  // Scales and shapes of the charts, and the writing of HTML.
  'functions/src/report': ['d3-scale', 'd3-shape', 'hast', 'hast-util-to-html'],
  'functions/src/workflows/*': [],
  'functions/src/observations': [],
  'functions/client': ['firebase', 'valibot'],
};

/** What of Node a room inside may use: they compute, and have no clock, file, network or process of their own. */
export const builtins: Record<string, string[]> = {
  'functions/src/domain/*': ['crypto'],
  'functions/src/validation': [],
  'functions/src/contract': [],
  'functions/src/ingest': ['crypto', 'stream', 'string_decoder', 'zlib'],
  'functions/src/report': ['crypto'],
  'functions/src/workflows/*': ['crypto', 'stream'],
  'functions/client': [],
};
