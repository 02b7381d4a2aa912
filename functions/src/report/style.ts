/** The whole style sheet. Colours are chosen for a contrast of 4.5 of text and of 3 of what must be told apart. */
export const style = `
:root {
  --page: #f4f3ef; --card: #ffffff; --ink: #1b2230; --muted: #545e70; --line: #dcdfe6; --accent: #3d4ab0;
  --activity: #0f766e; --sleep: #b9c2f2; --sleep-edge: #5b67c7; --hatch: #80879a;
  --awake: #c9651b; --rem: #0c87aa; --light: #6f82dd; --deep: #2b3588; --bed: #8b93a5; --unknown: #8f7fc4;
  --band: #f5c3c9; --band-edge: #c2485a; --median: #9c1730; --waking: #e0b36a; --waking-edge: #9a6407;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #10141b; --card: #191f2a; --ink: #e9ecf3; --muted: #a9b2c3; --line: #333c4c; --accent: #a7b2ff;
    --activity: #57d3c2; --sleep: #3a4483; --sleep-edge: #8f9cf5; --hatch: #78839a;
    --awake: #f2a55f; --rem: #4fc4e8; --light: #93a4ff; --deep: #6a76e0; --bed: #8d97ab; --unknown: #b7a6ee;
    --band: #67303b; --band-edge: #dd7283; --median: #ffb0bb; --waking: #6d5426; --waking-edge: #e0b36a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
}
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 2.25rem; }
h1 { font-size: clamp(1.9rem, 5vw, 2.75rem); line-height: 1.1; letter-spacing: -0.02em; margin: 0; }
h2 { font-size: 1.35rem; line-height: 1.25; letter-spacing: -0.01em; margin: 0 0 0.9rem; scroll-margin-top: 1rem; }
h3 { font-size: 1rem; margin: 0 0 0.6rem; }
p { margin: 0.6rem 0 0; max-width: 46rem; }
.week { color: var(--muted); font-size: 1.1rem; margin-top: 0.35rem; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--card); padding: 0.5rem 0.75rem; z-index: 1; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.4rem 1.1rem; padding: 0; margin: 1rem 0 0; }
nav a { display: inline-block; padding: 0.15rem 0; font-size: 0.95rem; }
section {
  background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.35rem 1.5rem;
  margin: 1.1rem 0;
}
footer { color: var(--muted); padding-bottom: 2.5rem; }
.small { color: var(--muted); font-size: 0.875rem; }
.code { overflow-wrap: anywhere; }
.missing { border-left: 3px solid var(--hatch); padding-left: 0.75rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: 0.75rem; margin: 0 0 1rem; }
.tile { border: 1px solid var(--line); border-radius: 10px; padding: 0.8rem 0.95rem; display: flex; flex-direction: column; }
.tile dt, .definitions dt { overflow-wrap: anywhere; hyphens: auto; }
.tile dt { color: var(--muted); font-size: 0.875rem; line-height: 1.3; margin-bottom: auto; padding-bottom: 0.25rem; }
.unit { font-size: 0.95rem; font-weight: 500; letter-spacing: 0; color: var(--muted); }
.tile dd { margin: 0; font-size: 1.75rem; font-weight: 650; letter-spacing: -0.02em; line-height: 1.25; }
.tile dd.before { color: var(--muted); font-size: 0.875rem; font-weight: 400; letter-spacing: 0; }
.narrative .lead { font-size: 1.12rem; margin-top: 0; }
.narrative h3 { margin: 1rem 0 0.3rem; }
.narrative ul { margin: 0; padding-left: 1.2rem; max-width: 46rem; }
.narrative li { margin: 0.2rem 0; }

figure { margin: 0; container-type: inline-size; }
figure + figure, figure + p + figure, figure + div { margin-top: 2rem; }
figcaption { color: var(--muted); font-size: 0.875rem; margin-top: 0.5rem; max-width: 46rem; }
.chart { display: block; width: 100%; height: auto; }
.chart.round { max-width: 27rem; margin: 0 auto; }
.patterns { position: absolute; }
.label { fill: var(--muted); font-size: 13px; }
.end { text-anchor: end; }
.centre { text-anchor: middle; }
.middle { dominant-baseline: central; }
.round .label { font-size: 15px; }
.halo { paint-order: stroke; stroke: var(--card); stroke-width: 5px; fill: var(--ink); }
@container (min-width: 52rem) { .wide .label { font-size: 9.5px; } }
@container (max-width: 34rem) { .wide .label { font-size: 20px; } .wide .tight { font-size: 17px; } }
.base, .grid, .midnight, .joint, .median, .median-line, .ring, .band, .range { vector-effect: non-scaling-stroke; }
.base, .grid, .ring { stroke: var(--line); fill: none; }
.midnight { stroke: var(--muted); stroke-opacity: 0.55; }
.activity { fill: var(--activity); }
.asleep { fill: var(--sleep); stroke: var(--sleep-edge); }
.asleep-fill { fill: var(--sleep); }
.asleep-edge { fill: var(--sleep-edge); }
.asleep-back { fill: var(--sleep); fill-opacity: 0.45; }
.unmeasured { fill: url(#hatch); }
.swatch .unmeasured { stroke: var(--hatch); stroke-width: 0.6; }
.uncounted { fill: url(#dots); stroke: var(--hatch); stroke-width: 0.4; }
.outside { fill: none; stroke: var(--line); }
.hatch-line { stroke: var(--hatch); stroke-width: 1.4; }
.dot { fill: var(--hatch); }
.stage.awake { fill: var(--awake); }
.stage.rem { fill: var(--rem); }
.stage.core, .stage.nrem { fill: var(--light); }
.stage.deep { fill: var(--deep); }
.stage.asleep { fill: var(--unknown); stroke: none; }
.stage.inBed { fill: none; stroke: var(--bed); stroke-width: 0.8; }
.joint { stroke: var(--muted); stroke-opacity: 0.7; fill: none; }
.band { fill: var(--band); stroke: var(--band-edge); stroke-width: 0.8; }
.median { fill: none; stroke: var(--median); stroke-width: 1.6; }
.median-key { fill: var(--median); }
.night .range, .night-key { fill: var(--sleep); stroke: var(--sleep-edge); }
.waking .range, .waking-key { fill: var(--waking); stroke: var(--waking-edge); }
.median-line { stroke: var(--ink); stroke-width: 2; }
.l5 { fill: var(--sleep-edge); }
.m10 { fill: var(--awake); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem; padding: 0; margin: 0.75rem 0 0; font-size: 0.875rem; }
.legend li { display: flex; align-items: center; gap: 0.45rem; }
.swatch { width: 18px; height: 12px; flex: none; }
.columns { display: grid; gap: 1.5rem 2.5rem; align-items: start; }
.columns > * { min-width: 0; }
@media (min-width: 60rem) { .columns { grid-template-columns: 1fr 1fr; } }

.definitions { margin: 0.9rem 0 0; }
.definitions > div { border-top: 1px solid var(--line); padding: 0.7rem 0; display: grid; grid-template-columns: 1fr auto; gap: 0.1rem 1rem; }
.definitions dt { font-weight: 600; }
.definitions dd { margin: 0; grid-column: 1 / -1; font-size: 0.925rem; max-width: 46rem; }
.definitions .value { grid-column: auto; color: var(--accent); font-weight: 600; text-align: right; font-variant-numeric: tabular-nums; }
details { margin-top: 0.75rem; font-size: 0.875rem; }
summary { cursor: pointer; color: var(--accent); width: fit-content; padding: 0.2rem 0; }
details .scroll { max-height: 24rem; margin-top: 0.5rem; }
.scroll { overflow: auto; position: relative; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
/* The heading above says the same. */
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
details caption { text-align: left; color: var(--muted); padding: 0 0 0.4rem; position: static; width: auto; height: auto; clip-path: none; white-space: normal; }
th, td { padding: 0.4rem 0.9rem 0.4rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { color: var(--muted); font-weight: 600; vertical-align: bottom; }
tbody th { font-weight: 600; }
.bar-cell { display: block; min-width: 4.25rem; }
.bar { display: block; width: 100%; max-width: 7.5rem; height: auto; margin-top: 0.2rem; }
@media (max-width: 34rem) { table { font-size: 0.8rem; } th, td { padding-right: 0.55rem; } tbody th { hyphens: auto; } section { padding: 1.1rem 1rem; border-radius: 10px; } header, main, footer { padding-left: 0.75rem; padding-right: 0.75rem; } }

@page { size: A4; margin: 14mm; }
@media print {
  body { background: none; font-size: 10pt; }
  header, main, footer { max-width: none; padding: 0; }
  header { margin-bottom: 7mm; }
  nav, .skip, details { display: none; }
  section { border: 0; padding: 0; margin: 0 0 8mm; }
  h2, h3 { break-after: avoid; }
  figure, .tile, tr, .definitions > div { break-inside: avoid; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  th, td { padding: 1mm 2mm 1mm 0; }
  .columns { grid-template-columns: 1fr 1fr; }
}
`;
