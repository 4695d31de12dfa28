import type { SyntaxProblem } from '../../grammar/index.ts';
import * as structure from './catalogue/structure.ts';
import * as syntax from './catalogue/syntax.ts';
import { diagnose } from './catalogue-row.ts';
import {
  deleteText,
  joinWithLineBefore,
  removeSpaceBeforePercent,
  replaceText,
  startNewLine,
} from './syntax-fixes.ts';
import type { Diagnostic } from './types.ts';

/** Gives each problem that the grammar found its code, words and fix. `text` is the source that was parsed. */
export function syntaxDiagnostics(problems: readonly SyntaxProblem[], text: string): readonly Diagnostic[] {
  return problems.map((problem) => lexicalDiagnostic(problem, text));
}

function lexicalDiagnostic(problem: SyntaxProblem, text: string): Diagnostic {
  const { span } = problem;
  switch (problem.problem) {
    case 'unexpected-character':
      return diagnose(syntax.unexpectedCharacter, span, problem);
    case 'unterminated-string':
      return diagnose(syntax.unterminatedString, span, { text: text.startsWith('"""', span.start) });
    case 'invalid-escape':
      return diagnose(syntax.invalidEscape, span, problem);
    case 'malformed-number':
      return diagnose(syntax.malformedNumber, span, problem, {
        fix: problem.suggestion === null ? null : replaceText(span, problem.suggestion, { safe: false }),
      });
    case 'unknown-number-suffix': {
      const suggestion = withKnownSuffix(problem.text, problem.suffix);
      const fix = suggestion === null ? null : replaceText(span, suggestion, { safe: false });
      return diagnose(syntax.unknownNumberSuffix, span, { ...problem, suggestion }, { fix });
    }
    case 'suffix-with-exponent':
      return diagnose(syntax.suffixWithExponent, span, problem, {
        fix: replaceText(span, problem.suggestion, { safe: false }),
      });
    case 'number-out-of-range':
      return diagnose(syntax.numberOutOfRange, span, problem);
    case 'space-before-percent':
      return diagnose(syntax.spaceBeforePercent, span, {}, { fix: removeSpaceBeforePercent(span, text) });
    default:
      return structureDiagnostic(problem, text);
  }
}

type StructureProblem = Exclude<
  SyntaxProblem,
  {
    problem:
      | 'unexpected-character'
      | 'unterminated-string'
      | 'invalid-escape'
      | 'malformed-number'
      | 'unknown-number-suffix'
      | 'suffix-with-exponent'
      | 'number-out-of-range'
      | 'space-before-percent';
  }
>;

/** No `default`: a kind of problem without a row does not compile. */
function structureDiagnostic(problem: StructureProblem, text: string): Diagnostic {
  const { span, related = [] } = problem;
  switch (problem.problem) {
    case 'missing-header':
      return diagnose(structure.missingHeader, span, {});
    case 'brace-on-next-line':
      return diagnose(structure.braceOnNextLine, span, {}, { fix: joinWithLineBefore(span, text) });
    case 'empty-comma':
      return diagnose(structure.emptyComma, span, {}, { fix: deleteText(span, 'remove the comma') });
    case 'reserved-name':
      return diagnose(structure.reservedName, span, problem);
    case 'two-entries-on-a-line':
      return diagnose(structure.twoEntriesOnALine, span, problem, { fix: startNewLine(span, text) });
    case 'unclosed':
      return diagnose(structure.unclosed, span, problem, { related });
    case 'unmatched-close':
      return diagnose(structure.unmatchedClose, span, problem, { related });
    case 'nesting-too-deep':
      return diagnose(structure.nestingTooDeep, span, problem);
    case 'file-too-large':
      return diagnose(structure.fileTooLarge, span, problem);
    case 'unexpected':
      return diagnose(structure.unexpected, span, problem, { related });
  }
}

/** `8K` -> `8k`, `11t` -> `11T`: the same letters in the case that the language uses; null for other letters. */
function withKnownSuffix(written: string, suffix: string): string | null {
  const known = ['k', 'M', 'B', 'T', 'Ki', 'Mi', 'Gi', 'Ti'].find(
    (candidate) => candidate.toLowerCase() === suffix.toLowerCase(),
  );
  return known === undefined || !written.endsWith(suffix) ? null : written.slice(0, -suffix.length) + known;
}
