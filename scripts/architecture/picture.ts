import { judgedImports, roomOf } from './law.ts';

/** The rooms of functions/src and which imports which, as a Mermaid flowchart; rooms inside a room are drawn as one. */
async function picture(): Promise<string> {
  const place = (file: string) => roomOf(file)?.split('/')[2];
  const arrows = new Set<string>();
  for (const { source, dependencies } of (await judgedImports()).modules) {
    for (const { resolved } of dependencies) {
      if (![source, resolved].every((file) => file.startsWith('functions/src/'))) continue;
      const [from, to] = [place(source), place(resolved)];
      if (from !== to) arrows.add(`  ${from} --> ${to}`);
    }
  }
  return ['```mermaid', 'flowchart TD', ...[...arrows].sort(), '```'].join('\n');
}

/** A page with the picture in the place of the one before, between its two marks. */
export async function withPicture(page: string): Promise<string> {
  const marks = /(<!-- picture -->\n)[\s\S]*?(\n<!-- \/picture -->)/;
  if (!marks.test(page))
    throw new Error('The page has no place for the picture: <!-- picture --> ... <!-- /picture -->.');
  const drawn = await picture();
  return page.replace(marks, (_, before: string, after: string) => `${before}\n${drawn}\n${after}`);
}
