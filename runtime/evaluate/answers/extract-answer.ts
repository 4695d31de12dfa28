import type { Extractor } from '../task/task-definition.ts';

/** The answer in a text; null where it has none. Numbers come in one form: no thousands separators, currency or end dot. */
export function extractAnswer(text: string, extract: Extractor): string | null {
  switch (extract) {
    case 'text':
      return text.trim();
    case 'first_line':
      return text.trim().split('\n')[0]!.trim();
    case 'last_number':
      return numbersIn(text).at(-1) ?? null;
    case 'marked_number': {
      const mark = text.lastIndexOf('####');
      return mark < 0 ? null : (numbersIn(text.slice(mark + 4))[0] ?? null);
    }
  }
}

function numbersIn(text: string): readonly string[] {
  const found = text.match(/-?\d[\d,]*(\.\d+)?/g) ?? [];
  return found.map((number) => number.replaceAll(',', '').replace(/\.0+$/, ''));
}
