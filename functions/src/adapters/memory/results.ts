import { keyOfPath, paths } from '../../contract/upload.ts';
import type { Analysis } from '../../domain/analysis/analysis.ts';
import type { Analyses, Narratives } from '../../workflows/ports.ts';
import type { MemoryState } from './state.ts';

export function memoryAnalyses({ analyses, analysisVersions }: MemoryState): Analyses {
  return {
    find: ({ uid, uploadId }) => Promise.resolve(analyses.get(paths.analysis(uid, uploadId))),
    latest: (uid) => {
      const mine = [...analyses].filter(([path]) => path.startsWith(`${paths.analyses(uid)}/`));
      const newest = ([path, a]: [string, Analysis], [otherPath, b]: [string, Analysis]): number =>
        a.window.end === b.window.end
          ? (analysisVersions.get(otherPath) ?? 0) - (analysisVersions.get(path) ?? 0)
          : a.window.end < b.window.end
            ? 1
            : -1;
      const [latest] = mine.sort(newest);
      return Promise.resolve(latest && { uploadId: keyOfPath(latest[0]).uploadId, analysis: latest[1] });
    },
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
