export interface Span {
  fromMs: number;
  toMs: number;
}

export const lasting = (fromMs: number, durationMs: number): Span => ({ fromMs, toMs: fromMs + durationMs });
export const moment = (ms: number): Span => ({ fromMs: ms, toMs: ms });
export const overlap = (a: Span, b: Span): boolean => a.fromMs < b.toMs && b.fromMs < a.toMs;
