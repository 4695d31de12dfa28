import { printable } from '../../compiler/index.ts';
import type { WindowPart } from '../../runtime/run-folder/index.ts';

/** The text of a window, under the document that each part comes from. What a terminal would act on is written out. */
export function windowText(parts: readonly WindowPart[]): string {
  return parts
    .map(({ file, line, tokens, text }) => {
      const head = `${file}:${line} (${tokens} ${tokens === 1 ? 'token' : 'tokens'})`;
      const lines = printable(text, { keep: '\n\t' }).split('\n');
      return `\n${head}\n${lines.map((each) => `  | ${each}`.trimEnd()).join('\n')}\n`;
    })
    .join('');
}
