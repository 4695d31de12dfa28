import { describe, expect, it } from 'vitest';
import { recipeWith, resolvedText, resolveText, sharesOf } from '../../support/recipe-with.ts';

const stages = ['stage a ..400k { 100% web }', 'stage b ..1M { sequence = 256, rope_theta = 20_000, 100% code }'];
const withProfile = (inside: string, changes = {}) =>
  recipeWith(stages, changes, { after: `profile p {\n${inside}\n}` });
const codesOf = (...parameters: Parameters<typeof resolveText>) =>
  resolveText(...parameters).diagnostics.map((line) => line.slice(0, 6));

describe('profiles', () => {
  it('override attributes and leave the recipe alone without them', () => {
    const text = withProfile('seed = 7\nmodel { layers = 3 }\ntokenizer = local("other.json")');
    const plain = resolvedText(text);
    const chosen = resolvedText(text, { profile: 'p' });
    expect([plain.seed.value, plain.model.layers.value, plain.profile]).toEqual([42, 2, null]);
    expect([chosen.seed.value, chosen.model.layers.value, chosen.profile]).toEqual([7, 3, 'p']);
    expect([chosen.seed.origin.from, chosen.model.layers.origin.from, chosen.model.hidden.origin.from]).toEqual([
      'profile',
      'profile',
      'recipe',
    ]);
  });

  it('amend a stage by its name, its range and shares kept', () => {
    const { stages: resolved } = resolvedText(withProfile('pretrain { stage b { sequence = 512 } }'), { profile: 'p' })
      .phases[0]!;
    expect(
      resolved.map(({ name, sequence, ropeTheta, to }) => [name, sequence.value, ropeTheta.value, to.value.valueOf()]),
    ).toEqual([
      ['a', 128, 10_000, 400_000],
      ['b', 512, 20_000, 1_000_000],
    ]);
  });

  it('give all stages anew, or one by shares in the phase', () => {
    const anew = resolvedText(withProfile('pretrain { stage only ..1M { 50% web, 50% math } }'), { profile: 'p' });
    expect(anew.phases[0]!.stages.map(({ name }) => name)).toEqual(['only']);
    const direct = resolvedText(withProfile('pretrain { 100% math }'), { profile: 'p' });
    expect([direct.phases[0]!.stages.length, sharesOf(direct)]).toEqual(
      [1, { math: '1/1' }].map((value) => (value instanceof Object ? { math: '1' } : value)),
    );
  });

  it('replace shares whole, and the shares of a stage follow where it is used', () => {
    const text = recipeWith(
      ['100% m'],
      {},
      { before: 'mixture m { 100% web }', after: 'profile p { mixture m { 50% code, 50% math } }' },
    );
    expect(sharesOf(resolvedText(text, { profile: 'p' }))).toEqual({ code: '1/2', math: '1/2' });
  });

  it('discard size and steps with the source', () => {
    const before = 'dataset x { source = hf("o/n"), size = 5T tokens, domain = web, keep where tokens > 5 }';
    const text = recipeWith(['100% x'], {}, { before, after: 'profile p { dataset x { source = local("x.jsonl") } }' });
    const dataset = resolvedText(text, { profile: 'p' }).datasets.find(({ name }) => name === 'x')!;
    expect([dataset.sizeTokens, dataset.steps, dataset.domain.value]).toEqual([null, [], 'web']);
    const kept = resolvedText(text).datasets.find(({ name }) => name === 'x')!;
    expect([kept.sizeTokens?.value, kept.steps.length]).toEqual([5e12, 1]);
  });

  it('scale positions wherever written, and say what they are scaled from', () => {
    const text = withProfile('pretrain { scaled_to = 100k tokens\nbatch = 512 tokens }', {
      schedule: 'wsd(peak = 1e-3, warmup = 50k tokens, decay_from = b.start)',
    });
    const phase = resolvedText(text, { profile: 'p' }).phases[0]!;
    expect(phase.tokens.value).toBe(100_000);
    expect(phase.stages.map(({ from, to }) => [from.value.valueOf(), to.value.valueOf()])).toEqual([
      [0, 40_000],
      [40_000, 100_000],
    ]);
    expect(phase.schedule.warmup.value.amount.valueOf()).toBe(5000);
    expect(phase.schedule.decayFrom!.value.amount.valueOf()).toBe(40_000);
    expect(phase.scaledFrom).toMatchObject({
      tokens: 1_000_000,
      stages: [{ tokensPerStep: 1024 }, { tokensPerStep: 1024 }],
    });
    expect(resolvedText(text).phases[0]!.scaledFrom).toBeNull();
  });

  it('are checked without being chosen', () => {
    expect(codesOf(withProfile('model { layrs = 3 }'))).toEqual(['SM1003']);
    expect(codesOf(withProfile('model { layers = "x" }'))).toEqual(['SM2001']);
    expect(codesOf(withProfile('dataset wbe { domain = x }'))).toEqual(['SM1039']);
    expect(codesOf(withProfile('pretrain { stage c { sequence = 64 } }'))).toEqual(['SM1039']);
    expect(codesOf(withProfile('pretrain {\nstage a { sequence = 64 }\nstage b ..1M { 100% web } }'))).toEqual([
      'SM1040',
    ]);
  });

  it('say each mistake once when they are chosen', () => {
    expect(codesOf(withProfile('dataset wbe { domain = x }'), { profile: 'p' })).toEqual(['SM1039']);
    expect(codesOf(withProfile('seed = 7'), { profile: 'q' })).toEqual(['SM1038']);
  });
});

describe('settings', () => {
  const text = recipeWith(stages);
  const set = (...settings: readonly string[]) => resolvedText(text, { settings });

  it('reach attributes by their path, and the last one holds', () => {
    const recipe = set(
      'seed=7',
      'model.layers = 3',
      'pretrain.stage.b.sequence=512',
      'dataset.web.holdout=3',
      'pretrain.batch=8 sequences',
      'seed=8',
    );
    expect(recipe.seed).toMatchObject({ value: 8, origin: { from: 'setting', text: 'seed=8' } });
    expect(recipe.model.layers.value).toBe(3);
    expect(recipe.phases[0]!.stages[1]!.sequence.value).toBe(512);
    expect(recipe.datasets[0]!.holdoutRows.value).toBe(3);
    expect(recipe.phases[0]!.stages[0]!.batch.value).toEqual({ unit: 'sequences', amount: 8 });
    expect(recipe.settings).toHaveLength(6);
  });

  it('scale a run', () => {
    expect(set('pretrain.scaled_to=100k').phases[0]!.stages[0]!.to.value.valueOf()).toBe(40_000);
  });

  it('apply after the profile', () => {
    const profiled = withProfile('seed = 7');
    expect(resolvedText(profiled, { profile: 'p', settings: ['seed=9'] }).seed.value).toBe(9);
  });

  it.each([
    ['SM1050', 'seed'],
    ['SM1050', '=5'],
    ['SM1050', 'pretrain.tokens='],
    ['SM1051', 'pretrain=1'],
    ['SM1050', 'a..b=5'],
    ['SM1051', 'sed=5'],
    ['SM1051', 'model.layer=5'],
    ['SM1051', 'modle.layers=5'],
    ['SM1051', 'model=5'],
    ['SM1051', 'pretrain.stage.c.sequence=5'],
    ['SM1051', 'pretrain.stage.b=5'],
    ['SM1020', 'dataset.web.chat=chatlm()'],
    ['SM2001', 'model.layers="5"'],
    ['SM2010', 'model.layers=0'],
    ['SM3105', 'pretrain.tokens=500k'],
    ['SM4001', 'model.heads=3'],
  ])('%s: %s', (code, setting) => {
    expect(codesOf(text, { settings: [setting] })).toContain(code);
  });

  it('refuse what is no single value', () => {
    expect(() => resolveText(text, { settings: ['seed=5\nmodel { layers = 7 }'] })).not.toThrow();
    expect(resolveText(text, { settings: ['seed=5\nmodel { layers = 7 }'] }).recipe).toBeNull();
    expect(resolveText(text, { settings: ['seed='] }).recipe).toBeNull();
  });
});
