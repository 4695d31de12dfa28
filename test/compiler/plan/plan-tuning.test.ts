import { describe, expect, it } from 'vitest';
import { compileRecipe } from '../../../compiler/compile.ts';
import { normalizedRecipe } from '../../../compiler/emit/recipe/normalized-recipe.ts';
import { printPlan } from '../../../compiler/plan/print-plan.ts';
import { readPlan } from '../../../compiler/plan/read-plan.ts';
import type { Plan } from '../../../compiler/plan/types.ts';
import { renderPlanMarkdown } from '../../../compiler/report/plan-markdown.ts';
import { renderPlanText } from '../../../compiler/report/plan-text.ts';
import { recipeWith } from '../../support/recipe-with.ts';

const halves = ['50% web', '50% code'];
const schedule = 'schedule = cosine(peak = 3e-4, warmup = 10%)';
const chats = 'dataset chats { source = local("chats/*.jsonl"), size = 1000 rows, holdout = 10 rows }';

function compile(...after: readonly string[]) {
  const text = recipeWith(halves, {}, { after: after.join('\n') });
  return compileRecipe('main.smol', { readText: (path) => (path.endsWith('.lock') ? null : text) });
}

function planOf(...after: readonly string[]): Plan {
  const { plan, diagnostics } = compile(...after);
  if (plan === null) throw new Error(diagnostics.map(({ message }) => message).join('; '));
  return plan;
}

const lastPhase = (...after: readonly string[]) => planOf(...after).phases.at(-1)!;

describe('the steps of post-training', () => {
  it.each([
    ['epochs = 1, batch = 99 sequences', 10],
    ['epochs = 1, batch = 100 sequences', 10],
    ['epochs = 2, batch = 128 sequences', 16],
    ['epochs = 1.5, batch = 100 sequences', 15],
    ['epochs = 1, batch = 2000 sequences', 1],
    ['steps = 77', 77],
  ])('of 990 rows with %s are %d', (attributes, steps) => {
    expect(lastPhase(chats, `sft { data = chats, ${attributes}, ${schedule} }`).steps).toBe(steps);
  });

  it('follow from takes, and from tokens when rows are packed', () => {
    const takes = [
      'dataset a { source = local("a/*.jsonl"), size = 5000 rows }',
      'dataset talk { take 3000 a\ntake all chats }',
    ];
    const mixed = lastPhase(chats, ...takes, `sft { data = talk, epochs = 2, ${schedule} }`);
    expect(mixed).toMatchObject({ rows: 3990, epochs: '2', steps: Math.ceil((3990 * 2) / 128), tokens: null });
    const tokens = chats.replace('1000 rows', '1M tokens');
    const packed = lastPhase(
      tokens,
      `sft { data = chats, epochs = 2, sequence = 256, batch = 8 sequences, packing = true, ${schedule} }`,
    );
    expect(packed).toMatchObject({ steps: Math.ceil(2e6 / 2048), tokens_per_step: 2048, rows: null });
    expect(packed.tokens).toBe(packed.steps * 2048);
  });

  it('cannot be counted over rows that nobody has stated', () => {
    const { plan, diagnostics } = compile(
      'dataset chats { source = local("chats/*.jsonl") }',
      `sft { data = chats, epochs = 2, ${schedule} }`,
    );
    expect(plan).toBeNull();
    expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual(['SM5106']);
  });

  it('are what % of a schedule are of, and what a too long warm-up is told', () => {
    const { schedule: placed } = lastPhase(chats, `sft { data = chats, steps = 200, ${schedule} }`);
    expect(placed).toMatchObject({ warmup_steps: 20, decay_start_step: 20, decay_steps: 180, shape: 'cosine' });
    const long = 'schedule = cosine(peak = 3e-4, warmup = 500 steps)';
    const { diagnostics } = compile(chats, `sft { data = chats, steps = 200, ${long} }`);
    expect(diagnostics.map(({ message }) => message)).toContain('the warm-up has 500 steps, but the run has 200 steps');
  });
});

describe('a plan with post-training', () => {
  const after = [
    chats,
    'dataset pairs { source = hf("owner/pairs"), size = 61_135 rows }',
    `sft { data = chats, epochs = 2, ${schedule} }`,
    `dpo { data = pairs, epochs = 2, beta = 0.5, max_prompt = 128, ${schedule} }`,
  ];
  const plan = planOf(...after);

  it('is read as it was written, and has a long form of the same hash', () => {
    expect(readPlan(printPlan(plan))).toEqual(plan);
    expect(normalizedRecipe(compile(...after))).toContain('dpo {');
  });

  it('counts tokens and floating-point operations of pretraining alone where rows have no known length', () => {
    const alone = planOf();
    expect(plan.totals.tokens).toBe(alone.totals.tokens);
    expect(plan.totals.flops).toBe(alone.totals.flops);
    expect(plan.totals.steps).toBe(alone.totals.steps + plan.phases[1]!.steps + plan.phases[2]!.steps);
  });

  it('has another hash when anything that is computed changes, and the same when a name does', () => {
    const hash = (...changed: readonly string[]) => planOf(...changed).hash;
    expect(
      hash(
        ...after.map((line) => line.replaceAll('chats', 'renamed')).map((line) => line.replace('renamed/', 'chats/')),
      ),
    ).toBe(plan.hash);
    for (const [from, to] of [
      ['beta = 0.5', 'beta = 0.1'],
      ['epochs = 2, schedule', 'epochs = 2, sequence = 64, schedule'],
      ['max_prompt = 128', 'max_prompt = 64'],
      ['size = 61_135 rows', 'size = 50_000 rows'],
    ] as const) {
      expect(hash(...after.map((line) => line.replace(from, to))), to).not.toBe(plan.hash);
    }
  });

  it('is shown in words', () => {
    const page = renderPlanText(plan, { columns: 80, color: false });
    expect(page).toContain('\nThen  sft chats · 990 rows × 2 epochs · 16 steps × 128');
    expect(page).toMatch(/\n {6}dpo pairs · 61\.1k pairs × 2 epochs · 956 steps × 128/);
    for (const line of page.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(80);
    expect(renderPlanMarkdown(plan)).toContain('## Then\n\n1. sft chats · 990 rows × 2 epochs');
  });

  it('says where each value comes from', () => {
    expect(plan.provenance['/phases/1/epochs']).toMatchObject({ from: 'recipe' });
    expect(plan.provenance['/phases/2/tuning/beta']).toMatchObject({ from: 'recipe' });
    expect(plan.provenance['/phases/1/tuning/packing']).toMatchObject({ from: 'default' });
  });
});

it('a position of another phase, given weights and a spike rule stand in the plan', () => {
  const text = recipeWith(
    ['on_spike = rewind(skip = 50 steps, over = 6 sigma)', 'checkpoint = every(61 steps)', ...halves],
    {},
    {
      after: [chats, `sft { data = chats, steps = 9, from = pretrain at 500k, ${schedule} }`].join('\n'),
    },
  );
  const { plan } = compileRecipe('main.smol', { readText: (path) => (path.endsWith('.lock') ? null : text) });
  expect(plan!.phases[1]!.from).toEqual({ kind: 'phase', phase: 'pretrain', step: 488 });
  expect(plan!.phases[0]!.on_spike).toMatchObject({ kind: 'rewind', skip_steps: 50, over: 6 });
  expect(plan!.hash).not.toBe(
    planOf(chats, `sft { data = chats, steps = 9, from = pretrain at 500k, ${schedule} }`).hash,
  );
});
