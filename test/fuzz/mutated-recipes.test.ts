import { describe, expect, it } from 'vitest';
import { createSourceText, type Diagnostic, renderDiagnostics } from '../../compiler/index.ts';
import type { Span } from '../../grammar/index.ts';
import { baselineCases } from '../support/baselines.ts';
import { exampleRecipes } from '../support/example-recipes.ts';
import { diagnosticsOf } from '../support/expect-diagnostics.ts';
import { seededRandom } from '../support/random.ts';

const runs = 10_000;
/** Milliseconds that one recipe may take, on a busy machine. */
const bound = 2000;

const corpus = [...exampleRecipes(), ...baselineCases()].map(({ recipe }) => recipe);

/** What mutations put in: what people type by mistake, and what parsers fear. */
const insertions = [
  ...[
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ',',
    ',,',
    '=',
    '==',
    '..',
    '.',
    '-',
    '+',
    '*',
    '/',
    '%',
    ';',
    '"',
    '"""',
    '#',
    '##',
  ],
  ...['\n', '\n\n', '\r\n', '\t', '\uFEFF', '\u0000', '\u{1F600}', '\uD800', '\u00a0', '\u2028', '日本'],
  ...[
    'rest',
    'normalized',
    'at',
    'not',
    'stage',
    'model',
    'use',
    'let',
    'take all',
    'extends "x"',
    'keep where',
    'profile p',
  ],
  ...[
    '0',
    '-1',
    '1e400',
    '99999999999999999999',
    '0.000000000000000001',
    '2e12T',
    '8k',
    '100%',
    '1 / 0',
    '11 T',
    '((((((',
    '"\\q"',
  ],
];

function mutate(recipe: string, random: () => number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  let parts: string[] = recipe.match(/\s+|[A-Za-z_]\w*|\d[\w.]*|"[^"\n]*"|./gsu) ?? [];
  for (let count = 1 + Math.floor(random() * 4); count > 0; count -= 1) {
    const at = Math.floor(random() * parts.length);
    const other = Math.floor(random() * parts.length);
    const length = random() < 0.8 ? 1 : 1 + Math.floor(random() * 40);
    switch (Math.floor(random() * 7)) {
      case 0:
        parts.splice(at, length);
        break;
      case 1:
        [parts[at], parts[other]] = [parts[other] ?? '', parts[at] ?? ''];
        break;
      case 2:
        parts.splice(at, 0, ...parts.slice(other, other + length));
        break;
      case 3:
        parts[at] = pick(insertions);
        break;
      case 4:
        parts.splice(at, 0, pick(insertions));
        break;
      case 5: {
        const word = parts[at] ?? '';
        const cut = Math.floor(random() * (word.length + 1));
        parts[at] = word.slice(0, cut) + word.slice(cut + 1);
        break;
      }
      default:
        parts = random() < 0.1 ? parts.slice(0, at) : parts;
        parts[at] = parts[other] ?? '';
    }
  }
  return parts.join('');
}

function spansOf(diagnostic: Diagnostic): readonly Span[] {
  return [
    diagnostic.span,
    ...diagnostic.related.map(({ span }) => span),
    ...(diagnostic.fix?.edits.map(({ span }) => span) ?? []),
  ];
}

function checkOne(recipe: string): void {
  const source = createSourceText('example.smol', recipe);
  const profile = /\bprofile (\w+)/.exec(recipe)?.[1];
  const diagnostics = [
    ...diagnosticsOf(recipe),
    ...(profile === undefined ? [] : diagnosticsOf(recipe, { profile, settings: ['pretrain.tokens=2M'] })),
  ];
  for (const span of diagnostics.flatMap(spansOf)) {
    if (span.file.startsWith('--')) continue;
    if (span.file !== 'example.smol') throw new Error(`a span lies in ${span.file}`);
    const inside = 0 <= span.start && span.start <= span.end && span.end <= recipe.length;
    if (!inside) throw new Error(`a span is out of range: ${span.start}..${span.end} of ${recipe.length}`);
  }
  const sources = (file: string) => (file === 'example.smol' ? source : null);
  renderDiagnostics(diagnostics, sources, { columns: 80, color: false });
}

describe(`${runs} mutated recipes`, () => {
  it('are checked and drawn without an exception, in bounded time', { timeout: 300_000 }, () => {
    let slowest = { milliseconds: 0, recipe: '' };
    for (let run = 0; run < runs; run += 1) {
      const random = seededRandom(run);
      const recipe = mutate(corpus[Math.floor(random() * corpus.length)]!, random);
      const start = performance.now();
      try {
        checkOne(recipe);
      } catch (error) {
        throw new Error(`run ${run}: ${(error as Error).message}\n${recipe}`, { cause: error });
      }
      const milliseconds = performance.now() - start;
      if (milliseconds > slowest.milliseconds) slowest = { milliseconds, recipe };
    }
    console.info(`slowest of ${runs} mutated recipes: ${slowest.milliseconds.toFixed(1)} ms`);
    expect(slowest.milliseconds, slowest.recipe).toBeLessThan(bound);
  });
});
