import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dependencyOrder } from '../../../compiler/bind/dependency-order.ts';
import { diagnosticsOf, expectFix } from '../../support/expect-diagnostics.ts';
import { recipeWith, resolvedText, resolveText } from '../../support/recipe-with.ts';

const halves = ['50% web', '50% code'];
const codesOf = (text: string) => resolveText(text).diagnostics.map((line) => line.slice(0, 6));
const withBefore = (before: string) => recipeWith(halves, {}, { before });

describe('names', () => {
  it.each([
    ['SM1002 dataset `web` has the name of another dataset', 'dataset web { source = local("x.jsonl") }'],
    ['SM1002 mixture `web` has the name of a dataset', 'mixture web { 100% code }'],
    ['SM1002 let `web` has the name of a dataset', 'let web = 5'],
    [
      'SM1007 a dataset cannot be named `sft`: `sft.end` is the end of the phase',
      'dataset sft { source = local("x.jsonl") }',
    ],
    ['SM1003 dataset `x` has no attribute `sizee`', 'dataset x { source = local("x"), sizee = 5 rows }'],
    ['SM1004 `layers` is no attribute of dataset `x`', 'dataset x { source = local("x"), layers = 5 }'],
    ['SM1004 `size` is no attribute of the top level', 'size = 5 rows'],
    ['SM1005 `domain` is given twice', 'dataset x { source = local("x"), domain = a, domain = b }'],
    [
      'SM1031 classifier `c` is declared twice',
      'classifier c { model = hf("a/b") }\nclassifier c { model = hf("a/c") }',
    ],
    ['SM1036 classifier `c` has no `model`', 'classifier c { reads = "x" }'],
    ['SM1008 `nine` is a let, where a dataset or mixture must stand', 'let nine = 9\nmixture m { 100% nine }'],
    [
      'SM1008 `pretrain_all` is a mixture, where a dataset must stand',
      'mixture pretrain_all { 100% web }\ndataset x { source = pretrain_all }',
    ],
    ['SM1030 a `stage` block cannot stand in the top level', 'stage a { 100% web }'],
    ['SM1031 `model` is declared twice', 'model { layers = 5 }'],
    ['SM1032 this `mixture` has no name', 'mixture { 100% web }'],
    ['SM1034 `sample` cannot stand in mixture `m`', 'mixture m {\n100% web\nsample 5%\n}'],
    ['SM1035 dataset `x` takes no range', 'dataset x 0..5 { source = local("x") }'],
    ['SM1035 `seed` takes no `at`', 'seed = 5 at 3T'],
    ['SM1010 let `a` is made of itself: a → b → a', 'let a = b + 1\nlet b = a * 2'],
  ])('%s', (message, before) => {
    expect(resolveText(withBefore(before)).diagnostics).toEqual([message]);
  });

  it('SM1033: a model takes no name, and the fix removes it', () => {
    const named = recipeWith(halves).replace('model {', 'model small {');
    expectFix(named, 'SM1033', recipeWith(halves));
  });

  it('SM1037: a recipe without its parts is not whole', () => {
    expect(resolveText('recipe r\ndataset a { source = local("a") }').diagnostics).toEqual([
      'SM1037 the recipe has no `pretrain` block',
      'SM1037 the recipe has no `model` block',
    ]);
    const withoutModel = recipeWith(halves).replace(/model \{.*\}\n/, '');
    expect(resolveText(withoutModel).diagnostics).toEqual(['SM1037 the recipe has no `model` block']);
    expect(codesOf(recipeWith(halves).replace(/tokenizer.*\n/, ''))).toEqual(['SM1036']);
  });

  it('SM1052, SM1053, SM1054: holds each `allow` against what it silences', () => {
    const about = (line: string, peak: string) =>
      diagnosticsOf(recipeWith([line, ...halves], { schedule: `constant(peak = ${peak})` }))
        .map(({ code }) => code)
        .filter((code) => code.startsWith('SM105') || code === 'SM5001');
    expect(about('allow SM5001 "short"', '0.5')).toEqual([]);
    expect(about('allow SM5001 "short"', '0.05')).toEqual(['SM1054']);
    expect(about('allow SM5999 "short"', '0.5')).toEqual(['SM5001', 'SM1052']);
    expect(about('allow SM3001 "short"', '0.5')).toEqual(['SM5001', 'SM1053']);
  });

  it('points at both places of a name and proposes near ones', () => {
    const text = withBefore('mixture web { 100% code }');
    expect(resolveText(text).recipe).toBeNull();
    expectFix(recipeWith(['50% wbe', '50% code']), 'SM1001', recipeWith(halves));
    expectFix(recipeWith(['clip_nrom = 1.0', ...halves]), 'SM1003', recipeWith(['clip_norm = 1.0', ...halves]));
    expectFix(recipeWith(['optimizer = adamw', ...halves]), 'SM1021', recipeWith(['optimizer = adamw()', ...halves]));
  });

  it('reports every mistake of a file in one pass, and none that follows from another', () => {
    const text = recipeWith(
      ['warmpu = 5', 'layers = 2', 'clip_norm = "x"', '50% wbe', '50% code'],
      { batch: '1000' },
      {
        before: 'dataset x { source = local("x"), size = 5 tokenz }\nmixture m { 60% web, 30% x }',
      },
    );
    expect(codesOf(text)).toEqual(['SM2004', 'SM3001', 'SM2003', 'SM1003', 'SM1004', 'SM2001', 'SM1001']);
  });
});

describe('lets', () => {
  it('hold quantities, and may use others in any order', () => {
    const text = recipeWith(
      ['stage a ..(total - long) { 100% web }', 'stage b { 100% code }'],
      { tokens: 'total', schedule: 'cosine(peak = rate, warmup = warm)' },
      {
        before: 'let total = 2 * half\nlet half = 500k\nlet long = 100k tokens\nlet rate = 1e-3\nlet warm = 20 steps',
      },
    );
    const phase = resolvedText(text).phases[0]!;
    expect(phase.tokens.value).toBe(1e6);
    expect(phase.stages[1]!.from.value.valueOf()).toBe(900_000);
    expect(phase.schedule.peak.value.toFraction()).toBe('1/1000');
    expect(phase.schedule.warmup.value).toMatchObject({ unit: 'steps' });
  });
});

describe('the order of declarations', () => {
  it('changes nothing', () => {
    const parts = [
      'let long = 100k',
      'dataset web { source = local("web") }',
      'dataset code { source = long_web, keep where tokens > 5 }',
      'dataset long_web { source = web, sample 10% }',
      'mixture a { 50% b, 50% code }',
      'mixture b { 100% web }',
      'model { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 512 }',
      'tokenizer = local("t.json")',
      'pretrain {\ntokens = 1M\nsequence = 128\nbatch = 1024 tokens\nschedule = constant(peak = 1e-3)\nstage s ..(1M - long) { 100% a }\nstage t { 100% b }\n}',
    ];
    const essence = (order: readonly string[]) => {
      const recipe = resolvedText(['recipe r', ...order].join('\n'));
      const { stages, tokens } = recipe.phases[0]!;
      const shares = stages.map((stage) =>
        stage.shares.map(({ dataset, share }) => `${share.toFraction()} ${dataset}`).sort(),
      );
      const datasets = recipe.datasets
        .map(({ name, source, steps }) => JSON.stringify([name, source.value, steps]))
        .sort();
      return {
        datasets,
        shares,
        tokens: tokens.value,
        ends: stages.map(({ to }) => to.value.toFraction()),
        hidden: recipe.model.hidden.value,
      };
    };
    const expected = essence(parts);
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), (order) => {
        expect(essence(order)).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('is found for any needs: each after all it needs, and every ring named', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const graph = fc.dictionary(fc.constantFrom(...names), fc.subarray(names), { minKeys: 1 });
    fc.assert(
      fc.property(graph, (needs) => {
        const { order, cycles } = dependencyOrder(Object.keys(needs), (name) => needs[name]!);
        expect([...order].sort()).toEqual(Object.keys(needs).sort());
        for (const ring of cycles) {
          ring.forEach((name, index) => {
            expect(needs[name]).toContain(ring[(index + 1) % ring.length]);
          });
        }
        if (cycles.length > 0) return;
        for (const [name, needed] of Object.entries(needs)) {
          for (const other of needed.filter((each) => each in needs)) {
            expect(order.indexOf(other)).toBeLessThan(order.indexOf(name));
          }
        }
      }),
    );
  });

  it('is no recursion: a chain of 20,000 names has one', () => {
    const { order } = dependencyOrder(
      Array.from({ length: 20_000 }, (_, index) => String(index)),
      (name) => [String(Number(name) + 1)],
    );
    expect(order[0]).toBe('19999');
  });
});
