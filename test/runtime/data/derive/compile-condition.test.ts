import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PlanCondition } from '../../../../compiler/plan/index.ts';
import { compileCondition } from '../../../../runtime/data/derive/compile-condition.ts';
import type { ComputedColumns } from '../../../../runtime/data/derive/row-view.ts';
import { stepsOf } from '../../../support/steps-of.ts';

const viewOf = (values: Readonly<Record<string, unknown>>, text = 'A text.') => ({
  values,
  text,
  key: text,
  file: 'rows.jsonl',
  line: 1,
});
const conditionOf = (text: string): PlanCondition => {
  const [step] = stepsOf(`keep where ${text}`);
  if (step?.kind !== 'keep') throw new Error('no condition');
  return step.where;
};
const ask = (
  condition: string | PlanCondition,
  values: Readonly<Record<string, unknown>>,
  computed?: ComputedColumns,
) => {
  const tree = typeof condition === 'string' ? conditionOf(condition) : condition;
  const answer = compileCondition(tree, () => 0)(viewOf(values), computed ?? {});
  return typeof answer === 'boolean' ? answer : answer.kind;
};

describe('a condition of a row', () => {
  test.each([
    ['score >= 3', { score: 3 }, true],
    ['score >= 3', { score: 2.999 }, false],
    ['score == 0.1', { score: 0.1 }, true],
    ['score < 25%', { score: 0.2 }, true],
    ['score > -1', { score: 0 }, true],
    ['lang == "en"', { lang: 'en' }, true],
    ['lang != "en"', { lang: 'de' }, true],
    ['date < "2024"', { date: '2023-12-31' }, true],
    ['correct == false', { correct: false }, true],
    ['lang in ["de", "fr"]', { lang: 'fr' }, true],
    ['year in [1906, 1910]', { year: 1907 }, false],
    ['meta.source.url matches "^https?://spam"', { meta: { source: { url: 'http://spam.example' } } }, true],
    ['text matches "(?i)LOREM|ipsum"', { text: 'a lorem b' }, true],
    ['not (score >= 3 and lang == "en")', { score: 4, lang: 'en' }, false],
    ['score >= 3 or lang == "en" and score >= 2', { score: 2, lang: 'en' }, true],
    ['"en" == lang', { lang: 'en' }, true],
    ['low <= high', { low: 1, high: 2 }, true],
  ])('%s', (condition, values, expected) => {
    expect(ask(condition, values)).toBe(expected);
  });

  test.each([
    ['score >= 3', {}, 'column_missing'],
    ['score >= 3', { score: null }, 'column_null'],
    ['score >= 3', { score: '3' }, 'column_not_comparable'],
    ['score >= 3', { score: [3] }, 'column_not_comparable'],
    ['correct > other', { correct: true, other: false }, 'column_not_comparable'],
    ['lang in ["de"]', { lang: 3 }, 'column_not_comparable'],
    ['url matches "a"', { url: 3 }, 'column_not_comparable'],
    ['meta.url matches "a"', { meta: 'text' }, 'column_missing'],
    ['toString matches "a"', {}, 'column_missing'],
    ['not score >= 3', {}, 'column_missing'],
    ['score >= 3 or url matches "^b"', { url: 'a' }, 'column_missing'],
  ])('%s cannot be told of %j', (condition, values, kind) => {
    expect(ask(condition, values)).toBe(kind);
  });

  test('is told where the rest decides it', () => {
    expect(ask('score >= 3 and lang == "en"', { lang: 'de' })).toBe(false);
    expect(ask('score >= 3 or lang == "en"', { lang: 'en' })).toBe(true);
  });

  test('asks for computed columns, before those of the row but for its own `language`', () => {
    expect(ask('tokens >= 5', { tokens: 1 }, { tokens: 5 })).toBe(true);
    expect(ask('characters == 7', {})).toBe(true);
    expect(ask('language == "en"', {}, { language: 'en' })).toBe(true);
    expect(ask('language == "Python"', { language: 'Python' }, { language: 'en' })).toBe(true);
    const faces = compileCondition(conditionOf('characters == 3'), () => 0);
    expect(faces(viewOf({}, 'a😀b'), {})).toBe(true);
  });

  test('no pattern takes long', () => {
    const started = performance.now();
    expect(ask('text matches "(a+)+$"', { text: `${'a'.repeat(100_000)}b` })).toBe(false);
    expect(ask('text matches "^(a|a)*$"', { text: `${'a'.repeat(100_000)}b` })).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

/** Columns a to d with a number each; some rows lack some. */
const values = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 3 }));
const comparison = fc.constantFrom('<', '<=', '>', '>=', '==', '!=') as fc.Arbitrary<'<'>;
const leaf: fc.Arbitrary<PlanCondition> = fc
  .tuple(fc.constantFrom('a', 'b', 'c', 'd'), comparison, fc.integer({ min: 0, max: 3 }))
  .map(([name, by, value]) => ({
    kind: 'compare',
    left: { kind: 'column', path: [name] },
    comparison: by,
    right: { kind: 'number', value: String(value) },
  }));
const { condition } = fc.letrec<{ condition: PlanCondition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      terms: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not'), term: tie('condition') }),
  ) as fc.Arbitrary<PlanCondition>,
}));

/** The truth of a condition in every way to fill in what a row lacks. */
function possible(tree: PlanCondition, row: Readonly<Record<string, number>>): ReadonlySet<boolean> {
  const lacking = ['a', 'b', 'c', 'd'].filter((name) => !(name in row));
  const truths = new Set<boolean>();
  for (let at = 0; at < 5 ** lacking.length; at++) {
    const filled = Object.fromEntries(lacking.map((name, place) => [name, (Math.floor(at / 5 ** place) % 5) - 0.5]));
    truths.add(ask(tree, { ...row, ...filled }) as boolean);
  }
  return truths;
}

describe('any condition', () => {
  test('is what JavaScript says of whole rows', () => {
    const js = (tree: PlanCondition, row: Readonly<Record<string, number>>): boolean => {
      if (tree.kind === 'and') return tree.terms.every((term) => js(term, row));
      if (tree.kind === 'or') return tree.terms.some((term) => js(term, row));
      if (tree.kind === 'not') return !js(tree.term, row);
      if (tree.kind !== 'compare' || tree.left.kind !== 'column' || tree.right.kind !== 'number') throw new Error();
      const [a, b] = [row[tree.left.path[0]!]!, Number(tree.right.value)];
      const holds = { '<': a < b, '<=': a <= b, '>': a > b, '>=': a >= b, '==': a === b, '!=': a !== b };
      return holds[tree.comparison];
    };
    const whole = fc.record({ a: fc.nat(3), b: fc.nat(3), c: fc.nat(3), d: fc.nat(3) });
    fc.assert(fc.property(condition, whole, (tree, row) => ask(tree, row) === js(tree, row)));
  });

  test('is told of a row only where no missing value could change it', () => {
    fc.assert(
      fc.property(condition, values, (tree, row) => {
        const answer = ask(tree, row);
        const truths = possible(tree, row);
        return typeof answer === 'boolean' ? truths.size === 1 && truths.has(answer) : true;
      }),
      { numRuns: 60 },
    );
  });

  test('and its opposite are told of the same rows', () => {
    fc.assert(
      fc.property(condition, values, (tree, row) => {
        const [answer, not] = [ask(tree, row), ask({ kind: 'not', term: tree }, row)];
        return typeof answer === 'boolean' ? not === !answer : not === answer;
      }),
    );
  });
});
