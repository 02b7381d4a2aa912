import path from 'node:path';
import { importsOf, placeOf, sourceFiles } from './imports.ts';

/** The places of functions/src and which imports which, as a Mermaid flowchart. */
export function architecturePicture(): string {
  const edges = new Set<string>();
  for (const { file, target } of sourceFiles.flatMap(importsOf)) {
    if (!target.startsWith('.')) continue;
    const [from, to] = [placeOf(file), placeOf(path.resolve(path.dirname(file), target))];
    if (from !== to) edges.add(`  ${from} --> ${to}`);
  }
  return ['```mermaid', 'flowchart TD', ...[...edges].sort(), '```'].join('\n');
}

/** A page with the picture in the place of the one before, between its two marks. */
export function withPicture(page: string): string {
  const marks = /(<!-- picture -->\n)[\s\S]*?(\n<!-- \/picture -->)/;
  if (!marks.test(page))
    throw new Error('The page has no place for the picture: <!-- picture --> ... <!-- /picture -->.');
  return page.replace(
    marks,
    (_, before: string, after: string) => `${before}\n${architecturePicture()}\n${after}`,
  );
}
