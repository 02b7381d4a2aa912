import type { Curve, Point } from './growth.ts';

const width = 360;
const height = 260;
const margin = { left: 56, right: 16, top: 34, bottom: 44 };
const colours = ['#1b6ca8', '#c2571a', '#3a7d34'];

interface Axis {
  from: number;
  to: number;
  ticks: number[];
}

/** Whole powers of ten around the values. */
function axisOf(values: readonly number[]): Axis {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.ceil(Math.log10(Math.max(...values)));
  return { from: first, to: last, ticks: Array.from({ length: last - first + 1 }, (_, i) => first + i) };
}

function place(value: number, { from, to }: Axis, start: number, end: number): number {
  return Math.round(10 * (start + ((Math.log10(value) - from) / (to - from)) * (end - start))) / 10;
}

function panel(
  curves: readonly Curve[],
  title: string,
  of: (point: Point) => number,
  slope: (curve: Curve) => number,
): string {
  const points = curves.flatMap((curve) => curve.points);
  const x = axisOf(points.map(({ samples }) => samples));
  const y = axisOf(points.map(of));
  const [left, right, top, bottom] = [margin.left, width - margin.right, margin.top, height - margin.bottom];
  const parts = [`<text x="${left}" y="18" font-weight="bold">${title}</text>`];
  for (const tick of x.ticks) {
    const at = place(10 ** tick, x, left, right);
    parts.push(`<line x1="${at}" y1="${top}" x2="${at}" y2="${bottom}" stroke="#ddd"/>`);
    parts.push(
      `<text x="${at}" y="${bottom + 16}" text-anchor="middle">${(10 ** tick).toLocaleString('en')}</text>`,
    );
  }
  for (const tick of y.ticks) {
    const at = place(10 ** tick, y, bottom, top);
    parts.push(`<line x1="${left}" y1="${at}" x2="${right}" y2="${at}" stroke="#ddd"/>`);
    parts.push(
      `<text x="${left - 6}" y="${at + 4}" text-anchor="end">${(10 ** tick).toLocaleString('en')}</text>`,
    );
  }
  parts.push(`<text x="${(left + right) / 2}" y="${height - 10}" text-anchor="middle">samples</text>`);
  curves.forEach((curve, i) => {
    const line = curve.points.map(
      (point) => `${place(point.samples, x, left, right)},${place(of(point), y, bottom, top)}`,
    );
    const colour = colours[i % colours.length]!;
    parts.push(`<polyline points="${line.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    for (const at of line)
      parts.push(`<circle cx="${at.split(',')[0]}" cy="${at.split(',')[1]}" r="3" fill="${colour}"/>`);
    const label = `${curve.name}: exponent ${slope(curve).toFixed(2)}`;
    parts.push(`<text x="${left + 8}" y="${top + 14 + 14 * i}" fill="${colour}">${label}</text>`);
  });
  return parts.join('\n');
}

/** Two panels side by side, both axes logarithmic: a straight line is a power law, its slope the exponent. */
export function growthPlot(curves: readonly Curve[]): string {
  const time = panel(
    curves,
    'CPU, ms',
    ({ cpuMs }) => cpuMs,
    ({ exponent }) => exponent,
  );
  const memory = panel(
    curves,
    'memory above idle, MB',
    ({ rssMb }) => rssMb,
    ({ rssExponent }) => rssExponent,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${2 * width} ${height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="white"/>
<g>
${time}
</g>
<g transform="translate(${width} 0)">
${memory}
</g>
</svg>
`;
}
