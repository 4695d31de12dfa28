import { expect, it } from 'vitest';
import { printable } from '../../../../compiler/diagnostics/reporters/printable.ts';
import { diffPlans, renderDiffMarkdown, renderDiffText } from '../../../../compiler/diff/index.ts';
import {
  compileRecipe,
  createSourceText,
  renderDiagnostics,
  renderPlanMarkdown,
  renderPlanText,
} from '../../../../compiler/index.ts';
import { recipeWith } from '../../../support/recipe-with.ts';

it('writes what steers a terminal or turns a line around as escapes', () => {
  expect(printable('a\u001b[31mb\u202ec\u0000d\ud800\u2028')).toBe('a\\u{1b}[31mb\\u{202e}c\\u{0}d\\u{d800}\\u{2028}');
  expect(printable('naïve 日本 \u{1f600}')).toBe('naïve 日本 \u{1f600}');
  expect(printable('a\nb')).toBe('a\\u{a}b');
  expect(printable('a\nb\r', { keep: '\n' })).toBe('a\nb\\u{d}');
});

const hostile = '\u202egpj.\u2066';
const text = (path: string) =>
  recipeWith(['100% web']).replace('local("tokenizer.json")', `local("${path}\\u001b[2J\\u0007")`);
const compile = (recipe: string) =>
  compileRecipe('main.smol', { readText: (path) => (path === 'main.smol' ? recipe : null) });
const unsafe = /(?!\n)\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

it('no view of a plan or a difference passes them on', () => {
  const [plan, other] = [text(`a${hostile}`), text(`b${hostile}`)].map((recipe) => compile(recipe).plan!);
  expect(JSON.stringify(plan)).toMatch(unsafe);
  const diff = diffPlans(plan!, other!);
  const views = [
    renderPlanText(plan!, { columns: 80, color: false }),
    renderPlanMarkdown(plan!),
    renderDiffText(diff, { columns: 80, color: false }),
    renderDiffMarkdown(diff),
  ];
  for (const view of views) {
    expect(view).not.toMatch(unsafe);
    expect(view).toMatch(/u\\?\{202e\\?\}/);
  }
});

it('a frame shows the escape where the character stands, with its caret below', () => {
  const recipe = `recipe r\nse\u202eed = 5 # \u0007\n`;
  const { diagnostics } = compile(recipe);
  const source = createSourceText('main.smol', recipe);
  const drawn = renderDiagnostics(diagnostics, () => source, { columns: 80, color: false });
  expect(drawn).not.toMatch(unsafe);
  expect(drawn).toContain('2 | se\\u{202e}ed = 5 # \\u{7}\n  |   ^^^^^^^^');
});
