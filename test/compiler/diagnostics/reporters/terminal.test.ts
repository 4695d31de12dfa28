import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../../compiler/diagnostics/reporters/display-width.ts';
import { renderDiagnostic, renderDiagnostics } from '../../../../compiler/diagnostics/reporters/terminal.ts';
import type { Diagnostic } from '../../../../compiler/diagnostics/types.ts';
import { createSourceText } from '../../../../compiler/source.ts';

const file = 'recipe.smol';

/** A diagnostic at the nth occurrence of a text. */
function finder(text: string) {
  return (found: string, nth = 0) => {
    let start = -1;
    for (let index = 0; index <= nth; index += 1) start = text.indexOf(found, start + 1);
    expect(start).toBeGreaterThanOrEqual(0);
    return { file, start, end: start + found.length };
  };
}

const blank = { related: [], notes: [], help: null, fix: null, label: null } as const;

function render(text: string, diagnostic: Diagnostic, columns = 80): string {
  const source = createSourceText(file, text);
  return renderDiagnostic(diagnostic, (name) => (name === file ? source : null), { columns, color: false });
}

const article = `recipe smollm2
pretrain {
  tokens = 11T
  stage stable_1 0..6T {
    60% fineweb_edu
    40% dclm
    10% starcoder
  }
}
`;

describe('a diagnostic on a terminal', () => {
  it('shows the places that matter, the help, the fix and where to read more', () => {
    const at = finder(article);
    const fixed = { file, start: at('60%').start, end: at('40% dclm').end };
    const shown = render(article, {
      ...blank,
      code: 'SM3001',
      severity: 'error',
      message: 'the shares of stage `stable_1` add up to 110%, not 100%',
      span: at('60%'),
      related: [
        { span: at('40%'), label: '' },
        { span: at('10%'), label: '60 + 40 + 10 = 110' },
      ],
      notes: ['to scale weights of another system to 100%, write `normalized` after the range'],
      help: 'if 60/40 is the split inside the web part, group it',
      fix: {
        title: 'group the web part',
        safe: false,
        edits: [{ span: fixed, text: '90% web { 60% fineweb_edu, 40% dclm }' }],
      },
    });
    expect(shown).toBe(`error[SM3001]: the shares of stage \`stable_1\` add up to 110%, not 100%
 --> recipe.smol:5:5
  |
4 |   stage stable_1 0..6T {
5 |     60% fineweb_edu
  |     ^^^
6 |     40% dclm
  |     ^^^
7 |     10% starcoder
  |     ^^^ 60 + 40 + 10 = 110
  |
  = note: to scale weights of another system to 100%, write \`normalized\` after
          the range
  = help: if 60/40 is the split inside the web part, group it
          (\`smol check --fix --unsafe\`)
  |
5 |     90% web { 60% fineweb_edu, 40% dclm }
  |
  = more: smol explain SM3001
`);
  });

  it('leaves out lines between distant places and bounds a span of many lines', () => {
    const at = finder(article);
    const whole = { file, start: at('pretrain').start, end: article.trimEnd().length };
    expect(
      render(article, { ...blank, code: 'SM1', severity: 'note', message: 'm', span: whole, label: 'all of it' }),
    ).toBe(`note[SM1]: m
 --> recipe.smol:2:1
  |
2 | pretrain {
  | ^^^^^^^^^^ all of it
...
9 | }
  | ^ to here
  |
  = more: smol explain SM1
`);
  });

  it('hangs labels of one line below their carets', () => {
    const text = 'mixture m { 60% a, 40% b, 10% c }\n';
    const at = finder(text);
    const related = [
      { span: at('40%'), label: 'second' },
      { span: at('10%'), label: 'third' },
    ];
    expect(
      render(text, { ...blank, code: 'SM1', severity: 'error', message: 'm', span: at('60%'), label: 'one', related }),
    ).toBe(`error[SM1]: m
 --> recipe.smol:1:13
  |
1 | mixture m { 60% a, 40% b, 10% c }
  |             ^^^    ^^^    ^^^ third
  |             |      |
  |             |      second
  |             one
  |
  = more: smol explain SM1
`);
  });

  it('aligns carets after tabs and wide characters, and counts the column in code points', () => {
    const text = '\tname = "日本 \u{1F600}" bad\n';
    const shown = render(text, { ...blank, code: 'SM1', severity: 'error', message: 'm', span: finder(text)('bad') });
    expect(shown).toContain('recipe.smol:1:16\n');
    const [row, carets] = shown.split('\n').slice(3, 5);
    expect(displayWidth(row!.slice(0, row!.indexOf('bad')))).toBe(carets!.indexOf('^'));
    expect(carets).toMatch(/ \^\^\^$/);
  });

  it('puts a caret after the last character where something is missing at the end', () => {
    const text = 'seed =';
    const span = { file, start: text.length, end: text.length };
    expect(render(text, { ...blank, code: 'SM1', severity: 'error', message: 'm', span, label: 'here' })).toContain(
      '1 | seed =\n  |       ^ here\n',
    );
  });

  it('cuts a long line around its caret', () => {
    const text = `${'a'.repeat(300)} bad ${'b'.repeat(300)}\n`;
    const rows = render(text, {
      ...blank,
      code: 'SM1',
      severity: 'error',
      message: 'm',
      span: finder(text)('bad'),
    }).split('\n');
    expect(rows[3]).toMatch(/^1 \| \u2026a+ bad b+\u2026$/);
    expect(rows[3]!.length).toBe(80);
    expect(rows[4]!.indexOf('^')).toBe(rows[3]!.indexOf('bad'));
  });

  it('shows a place in another file below the first', () => {
    const other = createSourceText('base.smol', 'dataset web { }\n');
    const source = createSourceText(file, article);
    const shown = renderDiagnostic(
      {
        ...blank,
        code: 'SM1',
        severity: 'error',
        message: 'm',
        span: finder(article)('fineweb_edu'),
        related: [{ span: { file: 'base.smol', start: 8, end: 11 }, label: 'declared here' }],
      },
      (name) => (name === file ? source : other),
      { columns: 80, color: false },
    );
    expect(shown).toContain(' ::: base.smol:1:9\n  |\n1 | dataset web { }\n  |         ^^^ declared here\n');
  });

  it('names the place of something that is in no file', () => {
    const shown = render('', {
      ...blank,
      code: 'SM1',
      severity: 'error',
      message: 'm',
      span: { file: '--set a=1', start: 0, end: 3 },
    });
    expect(shown).toBe('error[SM1]: m\n --> --set a=1\n  |\n  = more: smol explain SM1\n');
  });

  it('never passes control characters or reordering marks on', () => {
    const text = 'seed = "\u001b[31m\u202e"\n';
    const shown = render(text, {
      ...blank,
      code: 'SM1',
      severity: 'error',
      message: 'bad \u001b[31m value',
      span: finder(text)('"'),
      label: '\u202e',
    });
    expect(shown).not.toContain('\u001b');
    expect(shown).not.toContain('\u202e');
  });

  it('points to a page once for each code, and counts what it does not draw', () => {
    const source = createSourceText(file, article);
    const one: Diagnostic = { ...blank, code: 'SM1', severity: 'error', message: 'm', span: finder(article)('60%') };
    const text = renderDiagnostics(Array(150).fill(one), () => source, { columns: 80, color: false });
    expect(text.match(/smol explain/g)).toHaveLength(1);
    expect(text).toContain('and 50 more');
  });

  it('says the same with colour as without', () => {
    const source = createSourceText(file, article);
    const one: Diagnostic = {
      ...blank,
      code: 'SM1',
      severity: 'warning',
      message: 'm',
      span: finder(article)('60%'),
      label: 'l',
      help: 'h',
    };
    const draw = (color: boolean) => renderDiagnostic(one, () => source, { columns: 80, color });
    expect(draw(true)).toContain('\u001b[');
    expect(stripVTControlCharacters(draw(true))).toBe(draw(false));
  });

  it('keeps within the screen and marks something, whatever the text and the spans', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\n', '\t', '\r', '\u{1F600}', '日', '\u0301', '{'),
      maxLength: 400,
    });
    const offset = fc.nat(420);
    fc.assert(
      fc.property(text, fc.array(fc.tuple(offset, offset), { minLength: 1, maxLength: 4 }), (written, pairs) => {
        const spans = pairs.map(([a, b]) => ({ file, start: Math.min(a, b), end: Math.max(a, b) }));
        const shown = render(written, {
          ...blank,
          code: 'SM1',
          severity: 'error',
          message: 'm',
          span: spans[0]!,
          label: 'a label of several words',
          related: spans.slice(1).map((span) => ({ span, label: 'another label' })),
        });
        expect(shown).toContain('^');
        for (const row of shown.split('\n')) expect(displayWidth(row)).toBeLessThanOrEqual(80);
      }),
      { numRuns: 500 },
    );
  });
});
