import { describe, expect, it } from 'vitest';
import { compileRecipe, renderPlanMarkdown, renderPlanText } from '../../../compiler/index.ts';
import { compileRecipeText, planOfText } from '../../reports/compile-recipe-text.ts';

const phase = (name = '', lines = '50% a\n50% b', tokens = 8192) =>
  `pretrain ${name}{\ntokens = ${tokens}, sequence = 64, batch = 512 tokens, schedule = constant(peak = 1e-3)\n${lines}\n}`;
const recipe = (a: string, ...phases: readonly string[]) =>
  [
    'recipe t',
    'tokenizer = hf("a/tok")',
    `dataset a { source = local("a.jsonl"), ${a} }`,
    'dataset b { source = local("b.jsonl"), size = 160k tokens }',
    'model { layers = 1, hidden = 32, ffn = 64, heads = 2, vocab = 4096, context = 64 }',
    ...phases,
    '',
  ].join('\n');

describe('a dataset that runs out', () => {
  it('before the first step stops nothing: it is an error', () => {
    expect(compileRecipeText(recipe('size = 64 tokens, repeat = never, on_exhaustion = stop', phase())).said).toEqual([
      'SM6105 `a` cannot fill the first step of `pretrain`, which would stop before it',
    ]);
  });

  it('in a phase leaves a later one nothing to start with', () => {
    const phases = [phase(), phase('p2 '), phase('p3 ')];
    const { said } = compileRecipeText(recipe('size = 6k tokens, repeat = never, on_exhaustion = stop', ...phases));
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(/^SM6104 `a` runs out, and `p2` stops at 1[12]\.\dk tokens \(step [5-9]\)$/);
    expect(said[1]).toBe('SM6105 `a` cannot fill the first step of `p3`, which would stop before it');
  });

  it('before the first step gives its share away, and views show the shares that are planned', () => {
    const text = recipe('size = 1 tokens, repeat = never, on_exhaustion = redistribute', phase());
    expect(compileRecipeText(text).said).toEqual([
      'SM6104 `a` has nothing left for the first step of `pretrain`: its share goes to the other datasets',
    ]);
    expect(renderPlanText(planOfText(text), { columns: 80, color: false })).toMatch(/^ {2}pretrain .* 64 {2}b 100%$/m);
    const half = planOfText(recipe('size = 2k tokens, repeat = never, on_exhaustion = redistribute', phase()));
    expect(renderPlanText(half, { columns: 80, color: false })).toContain('a 50% → 0%  b 50% → 100%');
    expect(renderPlanMarkdown(half)).toContain('a 50% → 0%, b 50% → 100%');
  });

  it('in an arm of an ablation is an error where nothing is left of the arm', () => {
    const ablation =
      'ablation more { from = pretrain, tokens = 8192, schedule = constant(peak = 1e-3)\narm one { 100% b }\narm two { 100% a } }';
    const attributes = 'size = 5k tokens, repeat = never, on_exhaustion = ';
    const of = (policy: string) => compileRecipeText(recipe(attributes + policy, phase(), ablation)).said;
    expect(of('redistribute')).toHaveLength(1);
    expect(of('redistribute')[0]).toMatch(/^SM6105 `a` runs out at .*, and nothing else is read there or later$/);
  });
});

describe('once', () => {
  const dataset = 'size = 16k tokens';

  it('that may never be repeated is told of whole sequences, and how it ends in time', () => {
    const rest = phase('', 'once a\nrest b', 32_000);
    const { diagnostics } = compileRecipeText(recipe(`${dataset}, repeat = never`, rest));
    expect(diagnostics.map(({ code }) => code)).toEqual(['SM6103']);
    expect(diagnostics[0]!.notes[1]).toMatch(/^its share, as one of `once`, .* make it \d+ tokens more$/);
    expect(diagnostics[0]!.help).toContain('`on_exhaustion = redistribute`');
    const plan = planOfText(recipe(`${dataset}, repeat = never, on_exhaustion = redistribute`, rest));
    expect(plan.datasets[0]!.planned_tokens).toBeLessThanOrEqual(16_000);
    expect(plan.datasets[0]!.planned_tokens).toBeGreaterThan(16_000 - 512);
  });

  it('with nobody to take what is left is told to stop', () => {
    const dataset = 'size = 16_300 tokens';
    const alone = phase('', '100% a', 16_300);
    const { diagnostics } = compileRecipeText(recipe(`${dataset}, repeat = never`, alone));
    expect(diagnostics.map(({ code }) => code)).toContain('SM6103');
    expect(diagnostics.find(({ code }) => code === 'SM6103')!.help).toContain('`on_exhaustion = stop`');
    expect(compileRecipeText(recipe(`${dataset}, repeat = never, on_exhaustion = stop`, alone)).plan).not.toBeNull();
  });

  it('is told of real repetition as before', () => {
    const { diagnostics } = compileRecipeText(
      recipe('size = 10k tokens, repeat = never', phase('', '50% a\n50% b', 32_000)),
    );
    expect(diagnostics[0]!.help).toContain('lower the share');
    expect(diagnostics[0]!.notes).toHaveLength(1);
  });

  it('is refused where a ramp moves the shares', () => {
    const stages = 'stage x 0..24k { once a\nrest b }\nstage y 24k..48k { ramp = 20k\nonce a\nrest b }';
    expect(compileRecipeText(recipe(dataset, phase('', stages, 48_000))).said).toEqual([
      'SM3013 `once a` is no share here: the ramp of stage `y` moves the shares, so that not all of `a` would be read',
    ]);
  });

  it('is what is left of it in a scaled run, with a note', () => {
    const text = recipe(
      dataset,
      phase('', 'once a\nrest b', 32_000),
      'profile small { pretrain { scaled_to = 4k tokens } }',
    );
    const host = { readText: (path: string) => (path === 'main.smol' ? text : null) };
    const said = (profile: string | null) =>
      compileRecipe('main.smol', host, { profile }).diagnostics.map(({ code, message }) => `${code} ${message}`);
    expect(said('small')).toContain('SM3017 `once a` reads 12.5% of `a` here: `scaled_to` keeps the shares');
    expect(said(null).join()).not.toContain('SM3017');
  });
});

describe('rows of post-training', () => {
  const rows = (attributes: string, ...phases: readonly string[]) =>
    compileRecipeText(
      recipe(
        'size = 16k tokens',
        `dataset chats { source = local("c.jsonl"), size = 40 rows, ${attributes} }`,
        phase(),
        ...phases.map((each) =>
          each.replace('{', '{ data = chats, batch = 4 sequences, schedule = constant(peak = 1e-4),'),
        ),
      ),
    ).said;

  it.each([
    [
      'repeat = never',
      ['sft { epochs = 2 }'],
      'SM6110 `chats` may not be repeated, but is read 2.00 times up to the end of `sft`',
    ],
    [
      'repeat = never',
      ['sft { epochs = 1 }', 'sft more { epochs = 0.5 }'],
      'SM6110 `chats` may not be repeated, but is read 1.50 times up to the end of `more`',
    ],
    [
      'repeat = never',
      ['sft { steps = 11 }'],
      'SM6110 `chats` may not be repeated, but is read 1.10 times up to the end of `sft`',
    ],
    [
      'repeat = 2 epochs, on_exhaustion = error',
      ['sft { epochs = 3 }'],
      'SM6110 `chats` may be read 2 times, but is read 3.00 times up to the end of `sft`',
    ],
    [
      'on_exhaustion = stop',
      ['sft { epochs = 1 }'],
      'SM6111 `on_exhaustion = stop` is for pretraining, and `chats` is read by post-training only',
    ],
  ])('%s, %s', (attributes, phases, message) => expect(rows(attributes, ...phases)).toEqual([message]));

  it('are read as often as is allowed, without a word of tokens', () => {
    expect(rows('repeat = never', 'sft { epochs = 1 }')).toEqual([]);
    expect(rows('repeat = never', 'sft { steps = 10 }')).toEqual([]);
    expect(rows('on_exhaustion = error', 'sft { epochs = 2 }')).toEqual([]);
  });
});
