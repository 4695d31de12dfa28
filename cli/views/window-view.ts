import type { WindowPart } from '../../runtime/run-folder/index.ts';

/** The text of a window, under the document that each part comes from. What a terminal would act on is written out. */
export function windowText(parts: readonly WindowPart[]): string {
  return parts
    .map(({ file, line, tokens, text }) => {
      const head = `${file}:${line} (${tokens} ${tokens === 1 ? 'token' : 'tokens'})`;
      const lines = printable(text).split('\n');
      return `\n${head}\n${lines.map((each) => `  | ${each}`.trimEnd()).join('\n')}\n`;
    })
    .join('');
}

/** Control characters but the line feed and the tab as escapes: a data set's text must not steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) =>
    character === '\n' || character === '\t' ? character : `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
