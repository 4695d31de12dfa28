import { displayWidth } from './display-width.ts';

/** Breaks a text at spaces into lines of at most `width` columns; a word longer than that keeps a line to itself. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words(text)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  lines.push(line);
  return lines;
}

/** Words; what stands between backticks stays together, so that an example can be copied from one line. */
function words(text: string): readonly string[] {
  return (text.match(/(?:`[^`]{1,60}`|\S)+/g) ?? []) as readonly string[];
}
