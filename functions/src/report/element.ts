import type { Element } from 'hast';

export type { Element } from 'hast';

/** Text, elements, or nothing. */
export type Content = Element | string | null;

/** An element of HTML or SVG. Its text and attributes are escaped when the page is written. */
export function h(
  tagName: string,
  properties: Record<string, string | number> | null,
  ...content: Content[]
): Element {
  return {
    type: 'element',
    tagName,
    properties: properties ?? {},
    children: content
      .filter((child) => child !== null)
      .map((child) => (typeof child === 'string' ? { type: 'text', value: child } : child)),
  };
}
