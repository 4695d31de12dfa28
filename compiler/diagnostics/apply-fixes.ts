import type { Diagnostic, Fix } from './types.ts';

export interface FixedText {
  readonly text: string;
  /** Diagnostics whose fix is in the text, in the order given. */
  readonly applied: readonly Diagnostic[];
}

interface FixOptions {
  /** Also fixes that may change the meaning. */
  readonly unsafe: boolean;
  /** Number of syntax problems of a text: a fix that raises it is left out. */
  readonly countSyntaxProblems: (text: string) => number;
}

/** Beyond this number of fixes a conflict is not looked for one by one. */
const mostTrials = 200;

/**
 * Applies the fixes of one file's diagnostics to its text. Fixes whose edits touch those of an earlier one wait for the next
 * round, so that every edit meets the text it was made for; nothing is applied that would make the text parse worse.
 */
export function applyFixes(
  file: string,
  text: string,
  diagnostics: readonly Diagnostic[],
  options: FixOptions,
): FixedText {
  const wanted = diagnostics.filter(({ fix }) => fix !== null && (fix.safe || options.unsafe) && concerns(fix, file));
  const chosen = withoutOverlaps(wanted);
  const allowed = options.countSyntaxProblems(text);
  const together = applyEdits(text, chosen);
  if (chosen.length === 0 || options.countSyntaxProblems(together) <= allowed)
    return { text: together, applied: chosen };
  const kept: Diagnostic[] = [];
  for (const diagnostic of chosen.slice(0, mostTrials)) {
    const trial = applyEdits(text, [...kept, diagnostic]);
    if (options.countSyntaxProblems(trial) <= allowed) kept.push(diagnostic);
  }
  return { text: applyEdits(text, kept), applied: kept };
}

function concerns(fix: Fix, file: string): boolean {
  return fix.edits.length > 0 && fix.edits.every((edit) => edit.span.file === file);
}

function withoutOverlaps(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const taken: { start: number; end: number }[] = [];
  return diagnostics.filter(({ fix }) => {
    const spans = fix!.edits.map((edit) => edit.span);
    const ordered = spans.every((span, index) => index === 0 || spans[index - 1]!.end <= span.start);
    // Two insertions at one place also conflict: their order would be a guess.
    const free = spans.every((span) => taken.every((other) => span.end < other.start || other.end < span.start));
    if (ordered && free) taken.push(...spans);
    return ordered && free;
  });
}

function applyEdits(text: string, diagnostics: readonly Diagnostic[]): string {
  const edits = diagnostics.flatMap(({ fix }) => fix!.edits).sort((a, b) => a.span.start - b.span.start);
  let result = '';
  let at = 0;
  for (const { span, text: replacement } of edits) {
    result += text.slice(at, span.start) + replacement;
    at = span.end;
  }
  return result + text.slice(at);
}
