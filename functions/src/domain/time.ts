/** Units of time, ms. A day here has 24 hours; a local day may have 23 or 25 (local-time.ts). */
export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
