import fc from 'fast-check';
import Fraction from 'fraction.js';
import { describe, expect, it } from 'vitest';
import { diagnosticsOf, expectFix } from '../../support/expect-diagnostics.ts';
import { recipeWith, resolvedText, resolveText, sharesOf } from '../../support/recipe-with.ts';

const codesOf = (...lines: readonly string[]) =>
  resolveText(recipeWith(lines)).diagnostics.map((text) => text.slice(0, 6));

describe('shares', () => {
  it('multiplies groups, mixtures and earlier stages out, and sums a leaf reached by several ways', () => {
    const text = recipeWith(
      [
        'stage a ..(50%) { 50% mixed, 40% inner { 25% web, 75% math }, 10% code }',
        'stage b ..(75%) { 60% a, 40% web }',
        'stage c { 100% b }',
      ],
      {},
      { before: 'mixture mixed { 60% web, 40% code }' },
    );
    const recipe = resolvedText(text);
    expect(sharesOf(recipe, 0)).toEqual({ web: '2/5', code: '3/10', math: '3/10' });
    expect(sharesOf(recipe, 1)).toEqual({ web: '16/25', code: '9/50', math: '9/50' });
    expect(sharesOf(recipe, 2)).toEqual(sharesOf(recipe, 1));
  });

  it('gives `rest` what the others leave', () => {
    expect(sharesOf(resolvedText(recipeWith(['30.5% web', 'rest code'])))).toEqual({ web: '61/200', code: '139/200' });
  });

  it('divides a normalized block or group by its sum', () => {
    const stage = resolvedText(recipeWith(['stage a normalized { 1 web, 1 code, 1 math }']));
    expect(sharesOf(stage)).toEqual({ web: '1/3', code: '1/3', math: '1/3' });
    const group = resolvedText(recipeWith(['70% g normalized { 3 web, 4 code }', '30% math']));
    expect(sharesOf(group)).toEqual({ web: '3/10', code: '2/5', math: '3/10' });
  });

  it('makes one stage of shares in the phase itself', () => {
    const { stages } = resolvedText(recipeWith(['100% web'])).phases[0]!;
    expect(stages.map(({ name, from, to }) => [name, from.value.valueOf(), to.value.valueOf()])).toEqual([
      ['pretrain', 0, 1e6],
    ]);
  });

  it('keeps the sum at exactly 1 through any nesting', () => {
    interface Tree {
      readonly weight: number;
      readonly parts: readonly Tree[];
    }
    const treeOf = (depth: number): fc.Arbitrary<Tree> =>
      fc.record({
        weight: fc.integer({ min: 1, max: 10_000 }),
        parts: depth === 0 ? fc.constant([]) : fc.array(treeOf(depth - 1), { maxLength: 3 }),
      });
    let groups = 0;
    const written = ({ parts }: Tree): string =>
      parts
        .map((part, index) => {
          const name =
            part.parts.length === 0 ? ['web', 'code', 'math'][index]! : `g${groups++} normalized { ${written(part)} }`;
          return `${part.weight} ${name}`;
        })
        .join(', ');
    fc.assert(
      fc.property(treeOf(3), (root) => {
        fc.pre(root.parts.length > 0);
        const recipe = resolvedText(recipeWith([`stage a normalized { ${written(root)} }`]));
        const { shares } = recipe.phases[0]!.stages[0]!;
        const sum = shares.reduce((total, { share }) => total.add(share), new Fraction(0));
        expect(sum.equals(1)).toBe(true);
        expect(new Set(shares.map(({ dataset }) => dataset)).size).toBe(shares.length);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['SM3001', ['60% web', '50% code']],
    ['SM3001', ['99.99% web']],
    ['SM3001', ['100% g { 60% web, 30% code }']],
    ['SM3002', ['100% web', '0% code']],
    ['SM3003', ['0.5 web', '0.5 code']],
    ['SM3004', ['60% web', '60% web']],
    ['SM3005', ['50% g { 100% web }', 'rest code', 'rest math']],
    ['SM3006', ['stage a normalized { 1 web, rest code }']],
    ['SM3007', ['100% web', 'rest code']],
    ['SM3008', ['90% web', '10% code', 'take 5 code']],
    ['SM3010', ['stage a { sequence = 64 }']],
    ['SM3011', ['stage a normalized { 1 web, 40% code }']],
    ['SM1001', ['50% wbe', '50% code']],
    ['SM1009', ['stage a ..(50%) { 100% b }', 'stage b { 100% web }']],
    ['SM1009', ['stage a { 100% a }']],
    ['SM1011', ['100% web { 50% code, 50% math }']],
  ])('%s alone: %s', (code, lines) => {
    expect(codesOf(...lines)).toEqual([code]);
  });

  it('SM3009, SM3012 stand in a dataset and beyond measure', () => {
    expect(
      diagnosticsOf(recipeWith(['100% web'], {}, { before: 'dataset x { 100% web }' })).map((d) => d.code),
    ).toContain('SM3009');
    const weight = '1.000000000000000000000000000000000000001';
    const nested = `stage a normalized { ${weight} g normalized { ${weight} h normalized { ${weight} web, 3 code }, 7 code }, 5 web }`;
    expect(codesOf(nested)).toEqual(['SM3012']);
  });

  it('names a ring of mixtures by its chain', () => {
    const before = 'mixture a { 50% web, 50% b }\nmixture b { 100% c }\nmixture c { 50% a, 50% code }';
    expect(resolveText(recipeWith(['100% a'], {}, { before })).diagnostics).toEqual([
      'SM1010 mixture `a` is made of itself: a → b → c → a',
    ]);
  });

  it('says a mistake of a mixture once, however often it is used, and finds it where it is not used', () => {
    const before = 'mixture m { 60% web, 60% code }';
    expect(resolveText(recipeWith(['50% m', '50% g { 50% m, 50% math }'], {}, { before })).diagnostics).toHaveLength(1);
    expect(resolveText(recipeWith(['100% web'], {}, { before })).diagnostics).toHaveLength(1);
  });
});

describe('a wrong sum of shares', () => {
  const article = 'stage s {\n  60% web\n  40% code\n  10% math\n}';

  it('shows each share, the sum, and the group that was meant', () => {
    const diagnostic = diagnosticsOf(recipeWith([article])).find(({ code }) => code === 'SM3001')!;
    expect(diagnostic.message).toBe('the shares of stage `s` add up to 110%, not 100%');
    expect(diagnostic.related.map(({ label }) => label)).toEqual(['', '60 + 40 + 10 = 110']);
    expect(diagnostic.help).toContain('if 60/40 is the split inside one part');
    expect(diagnostic.help).toContain('90% part { 60% web, 40% code }');
  });

  it('groups the inner split', () => {
    const before = recipeWith([article]);
    expectFix(before, 'SM3001', before.replace(/60% web\n +40% code/, '90% part { 60% web, 40% code }'));
  });

  it('names the group after the common domain', () => {
    const more =
      'dataset web_2 { source = local("web2/*.jsonl"), domain = prose }\ndataset web_3 { source = local("web3/*.jsonl"), domain = prose }';
    const [diagnostic] = diagnosticsOf(recipeWith(['60% web_2', '40% web_3', '10% code'], {}, { before: more }));
    expect(diagnostic!.help).toContain('90% prose {');
  });

  it('knows fractions written as percentages, rounding and what is missing', () => {
    const helpOf = (...lines: readonly string[]) =>
      diagnosticsOf(recipeWith(lines)).find(({ code }) => code === 'SM3001')!.help;
    expect(helpOf('0.6% web', '0.4% code')).toContain('multiply each by 100');
    expect(helpOf('60% web', '39.99% code')).toContain('off by 0.01%');
    expect(helpOf('60% web', '40.01% code')).toContain('off by 0.01%');
    expect(helpOf('60% web', '30% code')).toContain('add the missing 10%');
    expectFix(recipeWith(['0.6% web', '0.4% code']), 'SM3001', recipeWith(['60% web', '40% code']));
  });

  it('shows six published fractions, and what they add up to', () => {
    const before = ['a', 'b', 'c'].map((name) => `dataset ${name} { source = local("${name}.jsonl") }`).join('\n');
    const lines = ['0.472 web', '0.166 code', '0.585 math', '0.711 a', '0.245 b', '0.208 c'];
    const [diagnostic] = diagnosticsOf(recipeWith(lines, {}, { before }));
    expect(diagnostic!.code).toBe('SM3003');
    expect(diagnostic!.message).toContain('0.472 web, 0.166 code, 0.585 math, 0.711 a, 0.245 b, 0.208 c');
    expect(diagnostic!.notes).toEqual(['they add up to 2.387, or 238.7% if they are fractions of 1']);
  });

  it('writes fractions that add up to 1 as percentages', () => {
    expectFix(recipeWith(['0.585 web', '0.415 code']), 'SM3003', recipeWith(['58.5% web', '41.5% code']));
    expectFix(recipeWith(['60 web', '40 code']), 'SM3003', recipeWith(['60% web', '40% code']));
  });
});
