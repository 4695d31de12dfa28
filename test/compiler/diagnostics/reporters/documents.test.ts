import { describe, expect, it } from 'vitest';
import { renderGithub } from '../../../../compiler/diagnostics/reporters/github.ts';
import { renderJson } from '../../../../compiler/diagnostics/reporters/json.ts';
import { renderSarif } from '../../../../compiler/diagnostics/reporters/sarif.ts';
import { summaryLine } from '../../../../compiler/diagnostics/reporters/summary-line.ts';
import type { Diagnostic } from '../../../../compiler/diagnostics/types.ts';
import { createSourceText } from '../../../../compiler/source.ts';

const source = createSourceText('a,b.smol', '# \u{1F600}\nseed = x\n');
const diagnostic: Diagnostic = {
  code: 'SM1001',
  severity: 'warning',
  message: '100% wrong\nhere',
  span: { file: 'a,b.smol', start: 12, end: 13 },
  label: 'this',
  related: [{ span: { file: 'a,b.smol', start: 5, end: 9 }, label: 'that' }],
  notes: ['a note'],
  help: 'do it',
  fix: { title: 'write 1', safe: true, edits: [{ span: { file: 'a,b.smol', start: 12, end: 13 }, text: '1' }] },
};

describe('JSON', () => {
  it('gives places as people count them', () => {
    expect(JSON.parse(renderJson([diagnostic], () => source))).toEqual({
      version: 1,
      diagnostics: [
        {
          code: 'SM1001',
          severity: 'warning',
          message: '100% wrong\nhere',
          at: { file: 'a,b.smol', line: 2, column: 8, end_line: 2, end_column: 9 },
          label: 'this',
          related: [{ at: { file: 'a,b.smol', line: 2, column: 1, end_line: 2, end_column: 5 }, label: 'that' }],
          notes: ['a note'],
          help: 'do it',
          fix: {
            title: 'write 1',
            safe: true,
            edits: [{ at: { file: 'a,b.smol', line: 2, column: 8, end_line: 2, end_column: 9 }, text: '1' }],
          },
        },
      ],
      summary: { errors: 0, warnings: 1, notes: 0 },
    });
  });

  it('is a document also without diagnostics', () => {
    expect(JSON.parse(renderJson([], () => null)).summary).toEqual({ errors: 0, warnings: 0, notes: 0 });
  });
});

describe('SARIF', () => {
  it('names the rule, the place, related places and the fix', () => {
    const log = JSON.parse(renderSarif([diagnostic, { ...diagnostic, fix: null }], () => source, '1.2.3'));
    expect([log.version, log.runs.length, log.runs[0].columnKind]).toEqual(['2.1.0', 1, 'unicodeCodePoints']);
    const [run] = log.runs;
    expect(run.tool.driver.rules).toEqual([
      expect.objectContaining({ id: 'SM1001', shortDescription: { text: expect.stringMatching(/./) } }),
    ]);
    expect(run.results[0]).toMatchObject({
      ruleId: 'SM1001',
      ruleIndex: 0,
      level: 'warning',
      message: { text: '100% wrong\nhere\nthis\na note\nhelp: do it' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%2Cb.smol' },
            region: { startLine: 2, startColumn: 8, endLine: 2, endColumn: 9 },
          },
        },
      ],
      relatedLocations: [{ id: 0, message: { text: 'that' } }],
      fixes: [
        {
          description: { text: 'write 1' },
          artifactChanges: [
            { replacements: [{ deletedRegion: { startLine: 2, startColumn: 8 }, insertedContent: { text: '1' } }] },
          ],
        },
      ],
    });
    expect(run.results[1].fixes).toBeUndefined();
  });

  it('gives the file alone where its text cannot be read', () => {
    const log = JSON.parse(renderSarif([diagnostic], () => null, '1.2.3'));
    expect(log.runs[0].results[0].locations[0].physicalLocation).toEqual({ artifactLocation: { uri: 'a%2Cb.smol' } });
  });
});

describe('GitHub annotations', () => {
  it('escape what would end a property or the line', () => {
    expect(renderGithub([diagnostic], () => source)).toBe(
      '::warning file=a%2Cb.smol,line=2,endLine=2,col=8,endColumn=9,title=SM1001::100%25 wrong%0Ahere%0Athis%0Aa note%0Ahelp: do it\n',
    );
  });

  it('leave columns out where the place has several lines', () => {
    const wide = { ...diagnostic, span: { file: 'a,b.smol', start: 0, end: 9 } };
    expect(renderGithub([wide], () => source)).toMatch(/line=1,endLine=2,title/);
  });
});

describe('the closing line', () => {
  it('counts', () => {
    const of = (severity: Diagnostic['severity']) => ({ ...diagnostic, severity });
    expect(summaryLine([])).toBe('no problems');
    expect(summaryLine([of('error'), of('error'), of('warning')])).toBe('2 errors, 1 warning');
    expect(summaryLine([of('note')])).toBe('no problems, 1 note');
  });
});
