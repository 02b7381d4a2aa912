import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { paths } from '../../contract/upload.ts';
import { Fault } from '../../domain/fault.ts';
import { charge } from '../../domain/upload/quota.ts';
import type { Erasures, Exports, People, PersonalDocument, Quotas } from '../../workflows/ports.ts';
import { unpackSamples } from '../week-bytes.ts';
import type { MemoryState } from './state.ts';

/** Where each kind of document of a person is kept, by its path. */
function documentsByPath(state: MemoryState): Map<string, unknown>[] {
  const { personStates, uploads, analyses, narratives, weeks, summaries, keptLetters } = state;
  return [personStates, uploads, analyses, narratives, weeks, summaries, keptLetters];
}

export function memoryPeople(state: MemoryState): People {
  return {
    find: (uid) => Promise.resolve(state.people.get(uid) ?? {}),
    documents: (uid) => {
      const root = `${paths.person(uid)}/`;
      const documents: PersonalDocument[] = [];
      const add = (path: string, fields: object): void => {
        documents.push({ path: path.slice(root.length), fields: fields as Record<string, unknown> });
      };
      const person = state.people.get(uid);
      if (person) add('', person);
      for (const kind of documentsByPath(state)) {
        for (const [path, fields] of kind) if (path.startsWith(root)) add(path, fields as object);
      }
      for (const [path, { bytes }] of state.samples) {
        if (!path.startsWith(`${root}samples/`)) continue;
        const week = path.slice(`${root}samples/`.length);
        documents.push({
          path: path.slice(root.length),
          fields: { week },
          samples: unpackSamples(week, bytes),
        });
      }
      const ids = state.tombstones.get(uid);
      if (ids) add(paths.tombstones(uid), { ids });
      for (const path of state.announcedExports) if (path.startsWith(root)) add(path, {});
      return Promise.resolve(Readable.from(documents));
    },
  };
}

export function memoryErasures(state: MemoryState): Erasures {
  const { erasures } = state;
  return {
    begin: (uid, at) => {
      if (!erasures.has(uid)) erasures.set(uid, { begunAt: at, postponedUntil: 0 });
      return Promise.resolve();
    },
    postpone: (uid, until) => {
      const erasure = erasures.get(uid);
      if (erasure) erasure.postponedUntil = until;
      return Promise.resolve();
    },
    unfinished: (now, limit) =>
      Promise.resolve(
        [...erasures]
          .filter(([, { postponedUntil }]) => postponedUntil <= now)
          .sort(([, a], [, b]) => a.begunAt - b.begunAt)
          .slice(0, limit)
          .map(([uid]) => uid),
      ),
    removeDocuments: (uid) => {
      const root = `${paths.person(uid)}/`;
      for (const kind of [...documentsByPath(state), state.samples, state.announcedExports]) {
        for (const path of [...kind.keys()]) if (path.startsWith(root)) kind.delete(path);
      }
      state.tombstones.delete(uid);
      state.people.delete(uid);
      return Promise.resolve();
    },
    end: (uid) => {
      erasures.delete(uid);
      return Promise.resolve();
    },
  };
}

export function memoryExports({ exports, announcedExports, erasures }: MemoryState): Exports {
  return {
    announce: (uid, name) => {
      if (erasures.has(uid)) return Promise.reject(new Fault('person/erasing'));
      announcedExports.add(paths.announcedExport(uid, name));
      return Promise.resolve();
    },
    announced: (uid, name) => Promise.resolve(announcedExports.has(paths.announcedExport(uid, name))),
    write: async (uid, name, about, body) => {
      const path = paths.export(uid, name);
      exports.set(path, { ...about, body: await buffer(Readable.from(body)) });
      return path;
    },
    remove: (uid, name) => {
      exports.delete(paths.export(uid, name));
      return Promise.resolve();
    },
    removeAll: (uid) => {
      for (const path of [...exports.keys()]) if (path.startsWith(paths.exports(uid))) exports.delete(path);
      return Promise.resolve();
    },
  };
}

export function memoryQuotas({ quotas }: MemoryState): Quotas {
  return {
    take: (charges, now) =>
      Promise.try(() => {
        const charged = charges.map(({ subject, amounts }) => ({
          subject,
          outcome: charge(quotas.get(subject) ?? {}, amounts, now),
        }));
        for (const { outcome } of charged) {
          if ('retryAfterS' in outcome) throw new Fault('quota/exceeded', outcome);
        }
        for (const { subject, outcome } of charged) {
          if ('counters' in outcome) quotas.set(subject, outcome.counters);
        }
      }),
  };
}
