import { keyOfPath, paths } from '../../contract/upload.ts';
import type { Analyses, Narratives } from '../../workflows/ports.ts';
import type { MemoryState } from './state.ts';

export function memoryAnalyses({ analyses, analysisVersions }: MemoryState): Analyses {
  return {
    find: ({ uid, uploadId }) => Promise.resolve(analyses.get(paths.analysis(uid, uploadId))),
    newest: (uid, limit) =>
      Promise.resolve(
        [...analyses]
          .map(([path, analysis]) => ({ path, analysis, ...analysisVersions.get(path)! }))
          .filter(({ path, latest }) => latest && path.startsWith(`${paths.analyses(uid)}/`))
          .sort((a, b) => b.version - a.version)
          .slice(0, limit)
          .map(({ path, analysis, traceparent }) => ({
            uploadId: keyOfPath(path).uploadId,
            analysis,
            traceparent,
          })),
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
