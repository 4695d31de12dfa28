import { describe, expect, it } from 'vitest';
import { applyFixes } from '../../../compiler/diagnostics/apply-fixes.ts';
import type { Diagnostic } from '../../../compiler/diagnostics/types.ts';

const file = 'a.smol';

function withFix(edits: readonly [number, number, string][], safe = true, inFile = file): Diagnostic {
  return {
    code: 'SM0001',
    severity: 'error',
    message: 'm',
    span: { file: inFile, start: 0, end: 1 },
    label: null,
    related: [],
    notes: [],
    help: null,
    fix: { title: 't', safe, edits: edits.map(([start, end, text]) => ({ span: { file: inFile, start, end }, text })) },
  };
}

const braces = (text: string) => Math.abs(text.split('{').length - text.split('}').length);
const options = { unsafe: false, countSyntaxProblems: braces };

describe('applying fixes', () => {
  it('applies several at once, whatever their order', () => {
    const fixes = [
      withFix([[4, 5, 'E']]),
      withFix([
        [0, 1, 'A'],
        [2, 3, ''],
      ]),
    ];
    expect(applyFixes(file, 'abcdef', fixes, options)).toEqual({ text: 'AbdEf', applied: fixes });
  });

  it('leaves unsafe ones alone unless asked', () => {
    const fix = withFix([[0, 1, 'A']], false);
    expect(applyFixes(file, 'abc', [fix], options)).toEqual({ text: 'abc', applied: [] });
    expect(applyFixes(file, 'abc', [fix], { ...options, unsafe: true }).text).toBe('Abc');
  });

  it('leaves overlapping and touching ones for the next round', () => {
    const fixes = [withFix([[1, 3, 'X']]), withFix([[2, 4, 'Y']]), withFix([[3, 3, 'Z']])];
    expect(applyFixes(file, 'abcdef', fixes, options)).toEqual({ text: 'aXdef', applied: [fixes[0]] });
  });

  it('does not apply what would make the text parse worse', () => {
    const good = withFix([[0, 1, 'A']]);
    const bad = withFix([[2, 3, '{']]);
    expect(applyFixes(file, 'abcdef', [bad, good], options)).toEqual({ text: 'Abcdef', applied: [good] });
  });

  it('does not touch other files', () => {
    expect(applyFixes(file, 'abc', [withFix([[0, 1, 'A']], true, 'b.smol')], options).text).toBe('abc');
  });
});
