import type { Narrative } from './domain/narrative/narrative.ts';
import type { PersonState } from './domain/person/person-state.ts';
import type { StoredWeek } from './domain/samples/week.ts';
import type { Upload, UploadEvent } from './domain/upload/upload.ts';
import {
  observedCall,
  type CallTelling,
  type Measurement,
  type Observation,
} from './telemetry/instrument.ts';
import { errorFields, log } from './telemetry/log.ts';
import { measure } from './telemetry/metrics.ts';
import type { Changes, ModelCard, Models, Ports, StoredState, UploadMove } from './workflows/ports.ts';

/** How the calls of a port carry the trace on. */
export interface Carrying {
  /** The step under way in place of the one that was given, where both belong to one trace. */
  handOn(traceparent: string): string;
  /** The invocation under way. */
  invocation(): string | undefined;
}

type ObservedPort = Exclude<keyof Ports, 'clock'>;

/** A call's inputs and result, as they are told of. */
type Telling<Call> = Call extends (...inputs: infer Inputs) => Promise<infer Result>
  ? Omit<CallTelling, 'inputs' | 'tell'> & {
      inputs?: (inputs: Inputs) => Inputs;
      tell?: (inputs: Inputs, result: Result, seconds: number) => Observation;
    }
  : never;

type Observations = { [Port in ObservedPort]: { [Call in keyof Ports[Port]]?: Telling<Ports[Port][Call]> } };

const firestore = { 'db.system.name': 'gcp.firestore' } as const;
const pubsub = { 'messaging.system': 'gcp_pubsub', 'messaging.operation.type': 'send' } as const;

/**
 * What spans and metrics tell of the calls of every port: sizes, counts and the words of closed lists. A call that is
 * not listed is a span with nothing but its name.
 */
export function observations(
  carrying: Carrying,
  names: { analysisTopic: string; deadLetterTopic: string; model: string },
): Observations {
  const gemini = {
    'gen_ai.operation.name': 'generate_content',
    'gen_ai.provider.name': 'gcp.vertex_ai',
    'gen_ai.request.model': names.model,
  } as const;
  const documents = (name: string) => ({ attributes: { ...firestore, 'db.operation.name': name } });
  return {
    tokens: {},
    people: { find: documents('get'), documents: documents('query') },
    uploads: {
      find: documents('get'),
      waiting: {
        ...documents('query'),
        tell: (_, found) => ({ attributes: { 'clarity_loop.documents': found.length } }),
      },
      due: {
        ...documents('query'),
        tell: (_, found) => ({ attributes: { 'clarity_loop.documents': found.length } }),
      },
      open: {
        ...documents('create'),
        tell: (_, { created }) => ({
          measurements: created
            ? [{ name: 'clarity_loop.uploads', value: 1, attributes: { outcome: 'accepted' } }]
            : [],
        }),
      },
      advance: {
        ...documents('transaction'),
        inputs: ([key, event, ...rest]) => [key, claimedBy(event, carrying.invocation()), ...rest],
        tell: ([, event, outcome], { upload }) => ({
          attributes: {
            'clarity_loop.upload.event': event.kind,
            'clarity_loop.upload.status': upload.status,
            'clarity_loop.upload.stage': upload.stage,
            'clarity_loop.attempt': upload.attempt,
          },
          measurements: [...movesOf(event, upload), ...textsOf(outcome?.narrative)],
          ...attemptOf(event, upload),
        }),
      },
    },
    analyses: {
      find: documents('get'),
      newest: documents('query'),
    },
    narratives: {
      find: documents('get'),
      replaceable: {
        ...documents('query'),
        tell: (_, keys) => ({ attributes: { 'clarity_loop.documents': keys.length } }),
      },
    },
    quotas: { take: documents('transaction') },
    erasures: {
      begin: documents('set'),
      unfinished: documents('query'),
      postpone: documents('set'),
      removeDocuments: documents('delete'),
      end: documents('delete'),
    },
    exports: { announce: documents('transaction'), announced: documents('get') },
    spending: { of: documents('get'), count: documents('set'), limit: documents('set') },
    histories: {
      state: documents('get'),
      commit: {
        ...documents('commit'),
        tell: ([, from, next, changes], written) => ({
          attributes: {
            'clarity_loop.weeks': changes.samples?.length ?? 0,
            'clarity_loop.uploads': changes.uploads?.length ?? 0,
            'clarity_loop.dirty_weeks': next.dirty.length,
          },
          ...(written ? { measurements: (changes.uploads ?? []).flatMap(changeOf) } : {}),
          ...takenOver(from, next, changes),
        }),
      },
      samples: { ...documents('query'), tell: (_, weeks) => readWeeks(weeks) },
      samplesOf: { ...documents('query'), tell: (_, weeks) => readWeeks(weeks) },
      legacySamples: { ...documents('query'), tell: (_, { weeks }) => readWeeks(weeks) },
      weeksWithSamples: documents('query'),
      tombstones: documents('get'),
      marks: documents('get'),
      week: documents('get'),
      due: {
        ...documents('query'),
        tell: (_, found) => ({ attributes: { 'clarity_loop.documents': found.length } }),
      },
      people: documents('query'),
    },
    recordings: {
      create: {
        inputs: ([key, body, about]) => [
          key,
          body,
          { ...about, traceparent: carrying.handOn(about.traceparent) },
        ],
        tell: ([, body, { contentType }]) => ({
          attributes: { 'clarity_loop.bytes': body.length, 'clarity_loop.content_type': contentType },
        }),
      },
      open: {
        tell: (_, { contentType }) => ({ attributes: { 'clarity_loop.content_type': contentType } }),
      },
    },
    requests: {
      publish: {
        kind: 'producer',
        attributes: { ...pubsub, 'messaging.destination.name': names.analysisTopic },
        inputs: ([request]) => [{ ...request, traceparent: carrying.handOn(request.traceparent) }],
      },
    },
    deadLetters: {
      publish: {
        kind: 'producer',
        attributes: { ...pubsub, 'messaging.destination.name': names.deadLetterTopic },
        inputs: ([letter]) => [{ ...letter, traceparent: carrying.handOn(letter.traceparent) }],
      },
      keep: {
        ...documents('set'),
        tell: () => ({ measurements: [{ name: 'clarity_loop.dead_letters', value: 1 }] }),
      },
      list: documents('query'),
    },
    models: { sleep: { kind: 'internal' }, encoder: { kind: 'internal' } },
    narrator: {
      write: {
        attributes: gemini,
        inputs: ([request]) => [{ ...request, traceparent: carrying.handOn(request.traceparent) }],
        tell: ([{ choices, problems }], { modelVersion, tokens }, seconds) => ({
          attributes: {
            'gen_ai.response.model': modelVersion,
            'gen_ai.usage.input_tokens': tokens.input,
            'gen_ai.usage.output_tokens': tokens.output,
            'clarity_loop.insights': choices.insights.length,
            'clarity_loop.problems': problems.length,
          },
          measurements: [{ name: 'gen_ai.client.operation.duration', value: seconds, attributes: gemini }],
        }),
        tellFailure: (code, seconds) => [
          {
            name: 'gen_ai.client.operation.duration',
            value: seconds,
            attributes: { ...gemini, 'error.type': code },
          },
        ],
      },
    },
  };
}

function readWeeks(weeks: readonly StoredWeek[]): Observation {
  const samples = weeks.reduce((sum, week) => sum + week.samples.length, 0);
  return { attributes: { 'clarity_loop.weeks': weeks.length, 'clarity_loop.samples': samples } };
}

/** A person who is taken from a worker that has died. */
function takenOver({ state }: StoredState, { lease }: PersonState, { uploads = [] }: Changes): Observation {
  if (!state.lease || !lease || state.lease.holder === lease.holder) return {};
  const attempt = 1 + Math.max(1, ...uploads.map(({ upload }) => upload.trouble.crashes + 1));
  return { earlier: { traceparent: state.traceparent, attempt } };
}

const breakerValues = { closed: 0, 'half-open': 1, open: 2 } as const;

/** What happens inside a call of the narrator: answers, failures, repeated calls and the state of the breaker. */
export const narratorEvents = {
  onFailure(error: unknown, status: number | undefined): void {
    log('warn', 'narrator.failed', { ...(status ? { status } : {}), ...errorFields(error) });
    const attributes = { outcome: 'failed', 'http.response.status_code': status ?? 0 };
    measure('clarity_loop.narrator.calls', 1, attributes);
  },
  onBreaker(state: keyof typeof breakerValues): void {
    log('warn', 'narrator.breaker', { state });
    measure('clarity_loop.narrator.breaker', breakerValues[state]);
  },
  onRetry(): void {
    measure('clarity_loop.retries', 1, { target: 'vertex' });
  },
  onTokens({ input, output }: { input: number; output: number }): void {
    measure('clarity_loop.narrator.calls', 1, { outcome: 'answered', 'http.response.status_code': 200 });
    measure('gen_ai.client.token.usage', input, { 'gen_ai.token.type': 'input' });
    measure('gen_ai.client.token.usage', output, { 'gen_ai.token.type': 'output' });
  },
};

/** The models with every run of one a span. */
export function observedModels(models: Models): Models {
  return {
    async sleep() {
      const model = await models.sleep();
      return {
        ...model,
        stage: (features, minutes) =>
          observedCall(
            'models.stage',
            () => model.stage(features, minutes),
            inferenceOf(model.card, minutes),
          )(),
      };
    },
    async encoder() {
      const encoder = await models.encoder();
      return (
        encoder && {
          ...encoder,
          embed: (week) =>
            observedCall('models.embed', () => encoder.embed(week), inferenceOf(encoder.card, week.length))(),
        }
      );
    },
  };
}

/** What is told of one run of a model over `minutes`. */
function inferenceOf({ name, version }: ModelCard, minutes: number): CallTelling {
  const words = { 'model.name': name, 'model.version': version };
  return {
    kind: 'internal',
    attributes: {
      'clarity_loop.model.name': name,
      'clarity_loop.model.version': version,
      'clarity_loop.minutes': minutes,
    },
    tell: (_, __, seconds) => ({
      measurements: [
        { name: 'clarity_loop.inference.duration', value: seconds, attributes: words },
        { name: 'clarity_loop.model.in_use', value: 1, attributes: words },
      ],
    }),
  };
}

function claimedBy(event: UploadEvent, traceparent: string | undefined): UploadEvent {
  return event.kind === 'claimed' && traceparent !== undefined ? { ...event, traceparent } : event;
}

function attemptOf(event: UploadEvent, upload: Upload): Pick<Observation, 'earlier'> {
  if (event.kind !== 'claimed' || upload.lease?.holder !== event.holder) return {};
  return { earlier: { traceparent: upload.earlierTraceparent, attempt: upload.attempt } };
}

const stageDuration = (stage: string, from: number | null, to: number): Measurement[] =>
  from === null
    ? []
    : [{ name: 'clarity_loop.stage.duration', value: (to - from) / 1000, attributes: { stage } }];

const reached = ({ requestedAt }: Upload, milestone: string, at: number): Measurement => ({
  name: 'clarity_loop.upload.duration',
  value: (at - requestedAt) / 1000,
  attributes: { milestone },
});

const ended = (outcome: string, type?: string): Measurement => ({
  name: 'clarity_loop.uploads',
  value: 1,
  attributes: { outcome, ...(type ? { 'error.type': type } : {}) },
});

/** What a move of an upload says about the way of it. A move that had had its effect before is a copy, and rare. */
function movesOf(event: UploadEvent, upload: Upload): Measurement[] {
  const { requestedAt, analyzedAt, code } = upload;
  switch (event.kind) {
    case 'stored':
      return stageDuration('upload', requestedAt, event.at);
    case 'claimed':
      return upload.lease?.holder === event.holder && upload.earlierTraceparent
        ? [{ name: 'clarity_loop.retries', value: 1, attributes: { target: 'narrative' } }]
        : [];
    case 'narrated':
      return [
        ...stageDuration('narrative', analyzedAt, event.at),
        reached(upload, 'narrative', event.at),
        ended('succeeded'),
      ];
    case 'failed':
      return upload.status === 'failed' ? [ended('failed', code ?? event.code)] : [];
    default:
      return [];
  }
}

/** The same of an upload that leaves the hands of whoever holds the person. */
function changeOf({ upload, next, told }: UploadMove): Measurement[] {
  if (!next) return [];
  if (next.status === 'failed') return [ended('failed', next.code ?? 'internal')];
  if (next.trouble.crashes > upload.trouble.crashes)
    return [{ name: 'clarity_loop.retries', value: 1, attributes: { target: 'analysis' } }];
  if (next.analyzedAt === null || next.stage !== 'narrative') return [];
  const at = next.analyzedAt;
  return [
    ...stageDuration('analysis', next.storedAt, at),
    reached(next, 'analysis', at),
    ...(next.status === 'succeeded'
      ? [reached(next, 'narrative', at), ended('succeeded'), ...textsOf(told?.narrative)]
      : []),
  ];
}

function textsOf(narrative: Narrative | undefined): Measurement[] {
  if (!narrative) return [];
  const { source, reason } = narrative;
  const attributes = { source, ...(reason ? { reason } : {}) };
  return [{ name: 'clarity_loop.narratives', value: 1, attributes }];
}
