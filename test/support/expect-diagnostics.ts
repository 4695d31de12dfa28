import { expect } from 'vitest';
import { applyFixes, type CompileOptions, compileRecipe, type Diagnostic } from '../../compiler/index.ts';
import { parse } from '../../grammar/index.ts';

const file = 'example.smol';

/** Compiles one text as the file `example.smol` and returns what there is to say. */
export function diagnosticsOf(
  text: string,
  options: CompileOptions = {},
  files: Readonly<Record<string, string>> = {},
): readonly Diagnostic[] {
  const readText = (path: string) => (path === file ? text : (files[path] ?? null));
  return compileRecipe(file, { readText }, options).diagnostics;
}

/** A text with its marks taken out, and the ranges that they enclosed, in the order of their opening marks. */
export interface MarkedText {
  readonly text: string;
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
}

/** Takes the marks out of a text such as `seed = ⟦x⟧`; marks may be nested. */
export function readMarks(marked: string): MarkedText {
  let text = '';
  const ranges: { start: number; end: number }[] = [];
  const open: number[] = [];
  for (const part of marked.split(/(⟦|⟧)/)) {
    if (part === '⟦') {
      open.push(ranges.length);
      ranges.push({ start: text.length, end: -1 });
    } else if (part === '⟧') {
      const index = open.pop();
      if (index === undefined) throw new Error('⟧ without ⟦');
      ranges[index]!.end = text.length;
    } else {
      text += part;
    }
  }
  if (open.length > 0) throw new Error('⟦ without ⟧');
  return { text, ranges };
}

/**
 * Expects exactly these codes at exactly the marked ranges, in the order of the text, and nothing else:
 * `expectDiagnostics('recipe r\nsed⟦⟧', ['SM1001'])`.
 */
export function expectDiagnostics(marked: string, codes: readonly string[]): readonly Diagnostic[] {
  const { text, ranges } = readMarks(marked);
  if (codes.length !== ranges.length) throw new Error(`${codes.length} codes for ${ranges.length} marks`);
  const diagnostics = diagnosticsOf(text);
  const found = diagnostics.map(
    ({ code, span }) => `${code} at ${JSON.stringify(text.slice(span.start, span.end))} (${span.start}..${span.end})`,
  );
  const expected = ranges.map(
    ({ start, end }, index) => `${codes[index]} at ${JSON.stringify(text.slice(start, end))} (${start}..${end})`,
  );
  expect(found).toEqual(expected);
  return diagnostics;
}

/** Expects that the fix of a code turns one text into another. */
export function expectFix(before: string, code: string, after: string): void {
  const own = diagnosticsOf(before).filter((diagnostic) => diagnostic.code === code);
  expect(own.length, `${code} is not given`).toBeGreaterThan(0);
  const countSyntaxProblems = (text: string) => parse(text, file).problems.length;
  expect(applyFixes(file, before, own, { unsafe: true, countSyntaxProblems }).text).toBe(after);
}
