/**
 * Rows as columns that line up, two spaces apart.
 *
 * @param sides one letter a column: l, or r for what is read from the right, like numbers
 */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  sides: string,
): string[] {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => row[i]!.length)));
  return [headings, ...rows].map((row) =>
    row
      .map((cell, i) => (sides[i] === 'l' ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}

/** A sentence as lines of at most `width` characters; all but the first are indented. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length > 0 ? `  ${word}` : word);
  }
  return lines;
}

/** `Mon 2025-06-09` */
export function dayName(day: string): string {
  const weekday = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' }).format(
    Date.parse(day),
  );
  return `${weekday} ${day}`;
}
