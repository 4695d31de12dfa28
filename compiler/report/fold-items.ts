import { displayWidth } from '../diagnostics/reporters/display-width.ts';

/** Items joined into lines of at most `width` columns; an item stays whole, and no line starts with the separator. */
export function foldItems(items: readonly string[], separator: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const item of items) {
    const longer = lines.length === 0 ? item : `${lines.at(-1)}${separator}${item}`;
    if (lines.length === 0 || displayWidth(longer) > width) lines.push(item);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
