import { type SyntaxFault, type SyntaxProblem, vocabulary } from '../../grammar/index.ts';
import * as syntax from './catalogue/syntax.ts';
import * as entries from './catalogue/syntax-entries.ts';
import * as numbers from './catalogue/syntax-numbers.ts';
import * as structure from './catalogue/syntax-structure.ts';
import { type CatalogueRow, diagnose } from './catalogue-row.ts';
import { didYouMean, nearNames } from './near-names.ts';
import {
  addBefore,
  deleteText,
  joinWithLineBefore,
  replaceSemicolon,
  replaceText,
  startNewLine,
  writeEquals,
} from './syntax-fixes.ts';
import type { Diagnostic, Fix } from './types.ts';

/** What turns one kind of problem into a diagnostic: its row, what the row needs, and the repair if one is known. */
type Translation<Kind extends SyntaxFault['problem']> = (
  problem: SyntaxProblem & { readonly problem: Kind },
  text: string,
) => Diagnostic;

/** Gives each problem that the grammar found its code, words and fix. `text` is the source that was parsed. */
export function syntaxDiagnostics(problems: readonly SyntaxProblem[], text: string): readonly Diagnostic[] {
  return problems.map((problem) => {
    const translate = translations[problem.problem] as Translation<SyntaxFault['problem']>;
    return translate(problem, text);
  });
}

/** A row whose data is the problem itself; `repair` builds its fix. */
function row<Data, Kind extends SyntaxFault['problem']>(
  catalogueRow: CatalogueRow<Data>,
  repair: (problem: SyntaxProblem & { readonly problem: Kind } & Data, text: string) => Fix | null = () => null,
) {
  return (problem: SyntaxProblem & { readonly problem: Kind } & Data, text: string): Diagnostic =>
    diagnose(catalogueRow, problem.span, problem, { related: problem.related ?? [], fix: repair(problem, text) });
}

const blockKinds = vocabulary.blocks.map((block) => block.name).filter((name) => name !== 'recipe');

/** One entry for each kind of problem: a kind without a row does not compile. */
const translations: { readonly [Kind in SyntaxFault['problem']]: Translation<Kind> } = {
  'unexpected-character': row(syntax.unexpectedCharacter),
  'unterminated-string': ({ span }, text) =>
    diagnose(syntax.unterminatedString, span, { text: text.startsWith('"""', span.start) }),
  'invalid-escape': row(syntax.invalidEscape),
  'wrong-quotes': row(syntax.wrongQuotes, (problem) => suggested(problem, true)),
  'slash-comment': ({ span, suggestion }) =>
    diagnose(syntax.slashComment, span, {}, { fix: replaceText(span, suggestion, { safe: true, title: 'write `#`' }) }),
  semicolon: ({ span }, text) => diagnose(syntax.semicolon, span, {}, { fix: replaceSemicolon(span, text) }),
  'malformed-number': row(numbers.malformedNumber, (problem) => suggested(problem, false)),
  'unknown-number-suffix': row(numbers.unknownNumberSuffix, (problem) => suggested(problem, false)),
  'suffix-with-exponent': row(numbers.suffixWithExponent),
  'number-out-of-range': row(numbers.numberOutOfRange),
  'space-before-percent': row(numbers.spaceBeforePercent, (problem) => suggested(problem, true)),
  'space-before-suffix': row(numbers.spaceBeforeSuffix, (problem) => suggested(problem, true)),
  'missing-header': row(structure.missingHeader),
  'other-format': row(structure.otherFormat),
  'negative-amount': row(entries.negativeAmount),
  'brace-on-next-line': ({ span }, text) =>
    diagnose(structure.braceOnNextLine, span, {}, { fix: joinWithLineBefore(span, text) }),
  'empty-comma': ({ span }) => diagnose(structure.emptyComma, span, {}, { fix: deleteText(span, 'remove the comma') }),
  unclosed: row(structure.unclosed),
  'unmatched-close': row(structure.unmatchedClose),
  'nesting-too-deep': row(structure.nestingTooDeep),
  'file-too-large': row(structure.fileTooLarge),
  unexpected: row(structure.unexpected),
  'reserved-name': row(entries.reservedName),
  'two-entries-on-a-line': row(entries.twoEntriesOnALine, ({ span }, text) => startNewLine(span, text)),
  'hyphen-in-name': row(entries.hyphenInName, (problem) => suggested(problem, false)),
  'missing-equals': row(entries.missingEquals, ({ span, written }, text) => writeEquals(span, written, text)),
  'missing-value': row(entries.missingValue),
  'missing-comma': row(entries.missingComma, ({ span }, text) => addBefore(span, text, ',')),
  'block-with-equals': row(entries.blockWithEquals),
  'unknown-block': ({ span, text: written }) => {
    const near = nearNames(written, blockKinds);
    const fix = near[0] === undefined ? null : replaceText(span, near[0], { safe: false });
    return diagnose(entries.unknownBlock, span, { text: written, near: didYouMean(near) }, { fix });
  },
  'share-order': row(entries.shareOrder, (problem) => suggested(problem, true)),
  'range-without-dots': row(entries.rangeWithoutDots, (problem) => suggested(problem, false)),
};

function suggested(problem: SyntaxProblem & { readonly suggestion: string | null }, safe: boolean): Fix | null {
  return problem.suggestion === null ? null : replaceText(problem.span, problem.suggestion, { safe });
}
