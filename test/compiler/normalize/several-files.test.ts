import { describe, expect, it } from 'vitest';
import { compileRecipe } from '../../../compiler/index.ts';
import { recipeWith } from '../../support/recipe-with.ts';

const stages = ['stage a ..500k { 100% web }', 'stage b { 100% code }'];
const base = recipeWith(
  stages,
  {},
  { before: 'let warm = 10 steps', after: 'evaluate e { at = [a.end], tasks = [cloze("arc")] }' },
);

function compile(files: Readonly<Record<string, string>>, path = 'main.smol', profile: string | null = null) {
  const { recipe, diagnostics, plan } = compileRecipe(path, { readText: (name) => files[name] ?? null }, { profile });
  const said = diagnostics.map(({ code, message, span }) => `${code} ${span.file} ${message}`);
  return { recipe, plan, said: said.filter((line) => !line.startsWith('SM6007') && !line.startsWith('SM6102')) };
}

describe('extends', () => {
  it('inherits everything but evaluations, and overrides', () => {
    const { recipe, said } = compile({
      'base.smol': base,
      'main.smol':
        'recipe child extends "base.smol"\nseed = 7\nmodel { layers = 3 }\npretrain { tokens = 2M }\nprofile p { seed = 8 }',
    });
    expect(said).toEqual([]);
    expect(recipe).toMatchObject({
      name: 'child',
      seed: { value: 7 },
      model: { layers: { value: 3 }, hidden: { value: 64 } },
    });
    expect(recipe!.phases[0]!.tokens.value).toBe(2_000_000);
    expect(recipe!.phases[0]!.tokens.origin).toMatchObject({ span: { file: 'main.smol' } });
    expect(recipe!.model.hidden.origin).toMatchObject({ span: { file: 'base.smol' } });
    expect(recipe!.evaluations).toEqual([]);
  });

  it('goes over several files, with lets that are overridden', () => {
    const files = {
      'a/base.smol': recipeWith(['100% web'], { tokens: 'length' }, { before: 'let length = 1M tokens' }),
      'a/middle.smol': 'recipe middle extends "base.smol"\nlet length = 3M tokens',
      'a/main.smol': 'recipe main extends "middle.smol"\nmodel { layers = 5 }',
    };
    const { recipe, said } = compile(files, 'a/main.smol');
    expect(said).toEqual([]);
    expect(recipe!.phases[0]!.tokens.value).toBe(3_000_000);
  });

  it('keeps the identity of what is computed, wherever it is written', () => {
    const whole = compile({ 'main.smol': base.replace(/evaluate.*/, '') }).plan;
    const split = compile({ 'base.smol': base, 'main.smol': 'recipe small extends "base.smol"' }).plan;
    expect(split!.hash).toBe(whole!.hash);
    expect(split!.provenance['/model/hidden']).toMatchObject({ at: { file: 'base.smol' } });
  });

  it('gives stages anew or amends them, also under a profile', () => {
    const files = {
      'base.smol': base,
      'main.smol':
        'recipe child extends "base.smol"\npretrain { stage a { sequence = 64 } }\nprofile one { pretrain { stage all { 100% math } } }',
    };
    expect(compile(files).recipe!.phases[0]!.stages.map(({ name, sequence }) => [name, sequence.value])).toEqual([
      ['a', 64],
      ['b', 128],
    ]);
    expect(compile(files, 'main.smol', 'one').recipe!.phases[0]!.stages.map(({ name }) => name)).toEqual(['all']);
  });

  it('shows what is wrong in the file where it stands, once', () => {
    const wrong = base.replace('hidden = 64', 'hidden = 65').replace('100% web', '100% wbe');
    const { said } = compile({
      'base.smol': wrong,
      'main.smol': 'recipe child extends "base.smol"\nuse { math } from "base.smol"\npretrain { sequense = 5 }',
    });
    expect(said).toEqual([
      'SM4001 base.smol `hidden` (65) is no multiple of `heads` (4)',
      expect.stringMatching(/^SM1001 base.smol nothing is named `wbe`/),
      expect.stringMatching(/^SM1003 main.smol `pretrain` has no attribute `sequense`/),
    ]);
  });

  it('is silent about unused inherited datasets, and obeys the `allow` of the file', () => {
    const quiet = base.replace(/allow SM6007.*/, '');
    const child = 'recipe child extends "base.smol"\ndataset own { source = local("o/*.jsonl") }';
    const { diagnostics } = compileRecipe('main.smol', {
      readText: (name) => ({ 'base.smol': quiet, 'main.smol': child })[name] ?? null,
    });
    expect(diagnostics.filter(({ code }) => code === 'SM6007').map(({ message }) => message)).toEqual([
      'dataset `own` is never used',
    ]);
  });

  it.each([
    ['SM1060 main.smol there is no file `bse.smol` beside this one', 'recipe r extends "bse.smol"'],
    ["SM1061 main.smol `../base.smol` is no file of the recipe's folder", 'recipe r extends "../base.smol"'],
    ["SM1061 main.smol `/etc/passwd` is no file of the recipe's folder", 'recipe r extends "/etc/passwd"'],
    ['SM1062 main.smol the file needs itself: `main.smol` needs `main.smol`', 'recipe r extends "main.smol"'],
    [
      'SM1039 main.smol the recipe has no dataset `wbe` that could be changed here',
      'recipe r extends "base.smol"\ndataset wbe { size = 5M tokens }',
    ],
  ])('%s', (message, text) => {
    expect(compile({ 'base.smol': base, 'main.smol': text }).said).toEqual([message]);
  });

  it('says which files need each other', () => {
    const { said } = compile({
      'main.smol': 'recipe r extends "b.smol"',
      'b.smol': 'recipe b extends "main.smol"',
    });
    expect(said).toEqual(['SM1062 b.smol the file needs itself: `main.smol` needs `b.smol` needs `main.smol`']);
  });
});

describe('use', () => {
  const data = [
    'recipe data',
    'let half = 500k tokens',
    'let size = 3M tokens',
    'dataset raw { source = local("raw/*.jsonl"), size = size }',
    'dataset good { source = raw, keep where tokens > 5 }',
    'dataset other { source = local("other/*.jsonl") }',
    'mixture blend { 50% good, 50% inner { 100% raw } }',
  ].join('\n');
  const main = (names: string, lines = ['100% blend'], more = '') =>
    recipeWith(lines, {}, { before: `use { ${names} } from "data.smol"\n${more}` });

  it('takes datasets, mixtures and lets, with what they are made of', () => {
    const text = main(
      'blend, half',
      ['stage a ..(half) { 100% blend }', 'stage b { 100% web }'],
      'let size = 5 tokens',
    );
    const { recipe, said } = compile({ 'data.smol': data, 'main.smol': text });
    expect(said).toEqual([]);
    expect(recipe!.datasets.map(({ name }) => name)).toEqual(['good', 'raw', 'web', 'code', 'math']);
    expect(recipe!.datasets[1]!.sizeTokens!.value).toBe(3_000_000);
    expect(recipe!.phases[0]!.stages[0]!.to.value.valueOf()).toBe(500_000);
  });

  it('is inherited, and its blocks can be re-opened', () => {
    const { recipe, said } = compile({
      'data.smol': data,
      'base.smol': main('blend'),
      'main.smol': 'recipe child extends "base.smol"\ndataset raw { size = 9M tokens }',
    });
    expect(said).toEqual([]);
    expect(recipe!.datasets.find(({ name }) => name === 'raw')!.sizeTokens!.value).toBe(9_000_000);
  });

  it.each([
    [
      'SM1001 main.smol nothing is named `blnd`, where a dataset, mixture or let of `data.smol` must stand',
      main('blnd', ['100% web']),
    ],
    ['SM1063 main.smol `web` is used from another file and declared in this one', main('web', ['100% web'])],
    [
      'SM1060 main.smol there is no file `missing.smol` beside this one',
      main('blend').replace('data.smol', 'missing.smol'),
    ],
  ])('%s', (message, text) => {
    expect(compile({ 'data.smol': data, 'main.smol': text }).said).toEqual([message]);
  });
});

describe('files in folders below', () => {
  const data =
    'recipe data\ndataset web { source = local("data/*.jsonl"), size = 3M tokens }\ndataset raw { source = web }';
  const main = (head: string) =>
    `recipe main${head}\ntokenizer = local("t.json")\nmodel { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 512 }\npretrain { tokens = 1M, sequence = 128, batch = 1024 tokens, schedule = constant(peak = 1e-3), 100% web }`;
  const run = (files: Readonly<Record<string, string>>) =>
    compileRecipe('here/main.smol', { readText: (path) => files[path] ?? null });

  it('are used by their path, and name data as the recipe does', () => {
    const { plan, sources } = run({
      'here/main.smol': main('\nuse { web } from "datasets/data.smol"'),
      'here/datasets/data.smol': data,
    });
    expect(plan!.datasets[0]!.source).toEqual({ kind: 'local', paths: ['data/*.jsonl'] });
    expect([...sources.keys()]).toContain('here/datasets/data.smol');
  });

  it('use others from where they stand themselves', () => {
    const { diagnostics } = run({
      'here/main.smol': main('\nuse { web } from "a/b.smol"'),
      'here/a/b.smol': 'recipe b\nuse { web } from "c/d.smol"',
      'here/a/c/d.smol': data,
    });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each(['a//b.smol', './b.smol', 'a/../b.smol', 'a\\b.smol', 'C:/b.smol', '', 'a/'])('are not %j', (path) => {
    const { diagnostics } = run({ 'here/main.smol': main(`\nuse { web } from ${JSON.stringify(path)}`) });
    expect(diagnostics.map(({ code }) => code)).toContain('SM1061');
  });

  it('end where a folder holds itself', () => {
    const endless = 'recipe loop\nuse { web } from "loop/main.smol"';
    const { diagnostics } = compileRecipe('main.smol', {
      readText: (path) => (path.endsWith('.lock') ? null : endless),
    });
    expect(diagnostics.map(({ code, message }) => [code, message.slice(0, 16)])).toContainEqual([
      'SM1062',
      '32 files need on',
    ]);
  });

  it('stand in the place of what is inherited under the same name', () => {
    const { plan } = run({
      'here/base.smol': main('\ndataset web { source = local("base/*.jsonl") }'),
      'here/main.smol': 'recipe child extends "base.smol"\nuse { web } from "data.smol"',
      'here/data.smol': data,
    });
    expect(plan!.datasets.map(({ name, source }) => [name, source])).toEqual([
      ['web', { kind: 'local', paths: ['data/*.jsonl'] }],
    ]);
  });
});
