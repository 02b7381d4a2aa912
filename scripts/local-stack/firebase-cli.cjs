// Starts firebase-tools with the local adjustments below. They replace functions inside the package, so they hold for exactly
// one version of it.
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');

const writtenFor = '15.34.2';
const toolsDir = process.env.LOCAL_STACK_FIREBASE_TOOLS;
const tools = (file) => require(path.join(toolsDir, 'lib', file));

const { version } = JSON.parse(fs.readFileSync(path.join(toolsDir, 'package.json'), 'utf8'));
if (version !== writtenFor) {
  console.error(
    `The local stack adjusts firebase-tools ${writtenFor} and found ${version}: install the pinned version, ` +
      'or review scripts/local-stack/firebase-cli.cjs for the new one.',
  );
  process.exit(1);
}

process.env.IS_FIREBASE_CLI = 'true';
shutDownWithLauncher();
// What find-emulators.ts has found needs it.
if (process.env.LOCAL_STACK_OLDER_JAVA) require('./offline/older-java.cjs')(tools);
skipVersionLookup();
redeliverFailedEvents(Number(process.env.LOCAL_STACK_MAX_ATTEMPTS ?? 5));
tools('bin/firebase.js');

/** Descriptor 3 is a pipe from the launcher. It closes when the launcher ends, however it ends. */
function shutDownWithLauncher() {
  const pipe = new net.Socket({ fd: 3 });
  pipe.on('error', () => {});
  pipe.on('close', () => process.kill(process.pid, 'SIGTERM'));
  pipe.resume();
  pipe.unref();
  // Our output goes to the launcher as well: without it, a write would end the shutdown half way.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}

/** The versions are pinned: a start need not ask the registry for the newest firebase-functions. */
function skipVersionLookup() {
  tools('deploy/functions/runtimes/node/versioning.js').checkFunctionsSDKVersion = () => {};
}

/**
 * The functions emulator delivers an event once. In production a function with `retry: true` gets a failed event again: the
 * same body, the same event id, after a growing pause. The same happens here, up to `maxAttempts` deliveries; a Pub/Sub message
 * then goes to the dead-letter topic, as the post-deploy step has it set up in production.
 */
function redeliverFailedEvents(maxAttempts) {
  if (maxAttempts <= 1) return;
  const attemptHeader = 'x-local-stack-attempt';
  const deadLetterTopic = 'dead-letters';
  const shared = tools('emulator/functionsEmulatorShared.js');
  const { FunctionsEmulator } = tools('emulator/functionsEmulator.js');

  const wantsRetry = new Map(); // "<region>-<id>" -> boolean
  const fromEndpoints = shared.emulatedFunctionsFromEndpoints;
  shared.emulatedFunctionsFromEndpoints = (endpoints) => {
    for (const endpoint of endpoints) {
      if (!endpoint.eventTrigger) continue;
      wantsRetry.set(`${endpoint.region}-${endpoint.id}`, Boolean(endpoint.eventTrigger.retry));
    }
    return fromEndpoints(endpoints);
  };

  const { EmulatorRegistry } = tools('emulator/registry.js');

  /** What the dead-letter policy of a real subscription does, and the Pub/Sub emulator does not. */
  function deadLetter(definition, body, deliveries) {
    // Bodies of other events are no JSON.
    if (!definition.eventTrigger?.eventType.includes('pubsub')) return;
    const { source, data } = JSON.parse(body.toString());
    const [, project, topic] = /\/projects\/([^/]+)\/topics\/([^/]+)$/.exec(source ?? '') ?? [];
    if (topic === undefined || topic === deadLetterTopic) return;
    const attributes = {
      ...data.message.attributes,
      CloudPubSubDeadLetterSourceDeliveryCount: String(deliveries),
    };
    const url = EmulatorRegistry.url('pubsub');
    url.pathname = `/v1/projects/${project}/topics/${deadLetterTopic}:publish`;
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ data: data.message.data, attributes }] }),
    }).catch(() => {}); // the emulator is shutting down
  }

  const deliverOnce = FunctionsEmulator.prototype.handleHttpsTrigger;
  FunctionsEmulator.prototype.handleHttpsTrigger = function (request, response) {
    // Requests of clients name a region; deliveries of events do not.
    const trigger = request.params.region ? undefined : this.triggers[request.params.trigger_name];
    if (trigger && wantsRetry.get(trigger.def.id)) {
      const headers = { ...request.headers }; // copied now: the original handler rewrites content-length
      const attempt = Number(headers[attemptHeader] ?? 1);
      response.once('finish', () => {
        if (response.statusCode < 400) return;
        if (attempt >= maxAttempts) {
          this.logger.logLabeled(
            'WARN',
            'functions',
            `${trigger.def.id}: event dropped after ${attempt} deliveries`,
          );
          deadLetter(trigger.def, request.rawBody, attempt);
          return;
        }
        const pauseMs = Math.min(10_000, 200 * 2 ** (attempt - 1));
        this.logger.logLabeled(
          'BULLET',
          'functions',
          `${trigger.def.id} failed, delivery ${attempt + 1} of the same event in ${pauseMs} ms`,
        );
        setTimeout(() => {
          const { host, port } = this.getInfo();
          const again = http.request({
            host,
            port,
            method: 'POST',
            path: request.originalUrl,
            headers: { ...headers, [attemptHeader]: String(attempt + 1) },
          });
          again.on('response', (answer) => answer.resume());
          again.on('error', () => {}); // the emulator is shutting down
          again.end(request.rawBody);
        }, pauseMs);
      });
    }
    return deliverOnce.call(this, request, response);
  };
}
