import { keyOfPath, paths } from '../../contract/upload.ts';
import type { Analyses, Narratives } from '../../workflows/ports.ts';
import type { MemoryState } from './state.ts';

export function memoryAnalyses({ analyses }: MemoryState): Analyses {
  return {
    find: ({ uid, uploadId }) => Promise.resolve(analyses.get(paths.analysis(uid, uploadId))),
    latest: (uid) => {
      const written = [...analyses].filter(([path]) => path.startsWith(`${paths.analyses(uid)}/`));
      const last = written.at(-1);
      return Promise.resolve(last && { uploadId: keyOfPath(last[0]).uploadId, analysis: last[1] });
    },
    latestBefore: (uid, instant) =>
      Promise.resolve(
        [...analyses]
          .filter(([path, { window }]) => path.startsWith(`${paths.analyses(uid)}/`) && window.end <= instant)
          .map(([, analysis]) => analysis)
          .sort((a, b) => (a.window.end < b.window.end ? 1 : -1))[0],
      ),
  };
}

export function memoryNarratives({ narratives }: MemoryState): Narratives {
  return {
    find: ({ uid, uploadId }) => Promise.resolve(narratives.get(paths.narrative(uid, uploadId))),
    replaceable: (limit) =>
      Promise.resolve(
        [...narratives]
          .filter(([, narrative]) => narrative.replaceable)
          .slice(0, limit)
          .map(([path]) => keyOfPath(path)),
      ),
  };
}
