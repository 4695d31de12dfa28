import { contentText } from '../data/rows/content-text.ts';
import type { DataRow } from '../data/rows/row-content.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';

/** Rows in whose messages a special token is written out, such as `<|im_end|>`: it becomes that token, as if a template wrote it. */
export interface MarkedRows {
  readonly count: number;
  /** The first of them; null where there is none. */
  readonly first: { readonly mark: string; readonly place: string } | null;
}

/** Looks through the contents of all messages, as the template is given them. */
export function markedRows(
  rows: readonly DataRow[],
  { specialTokens, textOf }: Pick<TextTokenizer, 'specialTokens' | 'textOf'>,
): MarkedRows {
  const marks = [...specialTokens].map(textOf).filter((mark) => mark !== null && mark !== '') as string[];
  let count = 0;
  let first: MarkedRows['first'] = null;
  for (const { content, file, line } of rows) {
    const text = contentText(content);
    const mark = marks.find((each) => text.includes(each));
    if (mark === undefined) continue;
    count++;
    first ??= { mark, place: `${file}:${line}` };
  }
  return { count, first };
}
