import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileRecipe } from '../compiler/compile.ts';
import { stepText } from '../compiler/plan/index.ts';
import { hostBesideExamples } from './support/example-recipes.ts';

const folder = join(import.meta.dirname, '..', 'examples');
const read = (path: string) => readFileSync(join(folder, path), 'utf8');

function planOf(name: string, text = read(name)) {
  const { plan, diagnostics } = compileRecipe(name, hostBesideExamples(name, text));
  if (plan === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return plan;
}

const sizesOf = (plan: ReturnType<typeof planOf>) =>
  plan.phases.map(({ name, steps, tokens_per_step }) => [name, steps, tokens_per_step]);

describe("the small models' recipes", () => {
  it.each([
    // steps = round(tokens / tokens a step), ceil(460,341 x 2 / 128), ceil(61,135 x 2 / 128)
    ['smollm2-360m.smol', 361_821_120, 2_543_132, 1_572_864, 0.03227],
    ['smollm2-135m.smol', 134_515_008, 1_907_349, 1_048_576, 0.0416667],
  ])('%s has %d parameters', (name, parameters, steps, perStep, init_std) => {
    const plan = planOf(name);
    expect(plan.model).toMatchObject({ parameters, init_std });
    expect(sizesOf(plan)).toEqual([
      ['pretrain', steps, perStep],
      ['sft', 7193, null],
      ['dpo', 956, null],
    ]);
    expect(plan.seed).toBe(8);
    expect(plan.phases[0]!.stages).toHaveLength(1);
    const { schedule } = plan.phases[0]!;
    expect(schedule).toMatchObject({ peak: 0.003, warmup_steps: 2000, end: 0 });
    expect(Math.abs(schedule.decay_steps - steps / 5)).toBeLessThan(1);
    expect(plan.phases[1]!.schedule.peak).toBe(0.001);
    expect(plan.phases[2]!.tuning).toMatchObject({ beta: 0.5, sequence: 1024, max_prompt: 512 });
    for (const { name: dataset, epochs } of plan.datasets) expect(Number(epochs ?? 0), dataset).toBeLessThanOrEqual(5);
    expect(plan.ablations[0]!.arms.map((arm) => arm.phase.steps)).toEqual([steps, steps, steps]);
  });

  it('read DCLM by the scores of a classifier', () => {
    const { datasets, classifiers } = planOf('smollm2-360m.smol');
    const { steps } = datasets.find(({ name }) => name === 'dclm_edu')!;
    expect(steps!.map((step) => stepText(step))).toEqual([
      'score quality = classify(edu)',
      'drop where quality < 0.5',
      'drop 70% where quality < 2.5',
    ]);
    expect(classifiers!.map(({ name }) => name)).toEqual(['edu']);
  });
});

describe('the ablations', () => {
  const ablation = (recipe: string, name: string) => planOf(recipe).ablations.find((each) => each.name === name)!;
  const base = planOf('smollm2-1.7b.smol');

  it('of the web start from fresh weights, 350B tokens each', () => {
    const { from, arms } = ablation('smollm2-web-ablations.smol', 'web');
    expect(from).toEqual({ kind: 'fresh' });
    expect(arms.map(({ name, phase }) => [name, phase.asked_tokens, phase.stages[0]!.sequence])).toEqual([
      ['fineweb_edu_only', 350e9, 2048],
      ['dclm_only', 350e9, 2048],
      ['both', 350e9, 2048],
    ]);
  });

  it('of mathematics anneal 60B of a set beside 40B of stable_1, from 3T', () => {
    const { from, arms } = ablation('smollm2-math-ablations.smol', 'math');
    expect(from).toEqual({ kind: 'phase', phase: 'pretrain', step: 1_430_000 });
    expect(arms).toHaveLength(6);
    for (const { phase } of arms) {
      const [math, ...web] = phase.stages[0]!.mixture.map(({ dataset, share }) => [dataset, share]);
      expect(math![1]).toBe('0.6');
      expect(web).toEqual([
        ['fineweb_edu', '0.216'],
        ['dclm', '0.144'],
        ['starcoder', '0.04'],
      ]);
      expect(phase.schedule).toMatchObject({ kind: 'linear', end: 0, warmup_steps: 0, decay_start_step: 0 });
    }
    expect(planOf('smollm2-math-ablations.smol').hash).toBe(base.hash);
  });

  it('of code read 15 languages evenly, 13.3B tokens of each', () => {
    const { arms } = ablation('smollm2-code-ablations.smol', 'code');
    for (const { phase } of arms) {
      const { mixture } = phase.stages[0]!;
      expect(mixture.map(({ share }) => share)).toEqual(Array.from({ length: 15 }, () => '1/15'));
      for (const { tokens } of mixture) expect(tokens / 1e9).toBeCloseTo(200 / 15, 2);
    }
    const { datasets } = planOf('smollm2-code-ablations.smol');
    const sizes = arms[1]!.phase.stages[0]!.mixture.map(
      ({ dataset }) => datasets.find(({ name }) => name === dataset)!.size_tokens!,
    );
    // Table 7's filtered column.
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(156.81e9);
  });

  it('of fine-tuning have one epoch of each set, and 80/20 mixtures', () => {
    const { arms, from } = ablation('smollm2-sft-ablations.smol', 'instructions');
    expect(from).toEqual({ kind: 'phase', phase: 'pretrain', step: null });
    expect(arms.map(({ name, phase }) => [name, phase.rows, phase.epochs])).toEqual([
      ['openhermes', 1_000_000, '1'],
      ['ultrachat', 208_000, '1'],
      ['magpie_pro', 300_000, '1'],
      ['magpie_pro_mt', 300_000, '1'],
      ['magpie_ultra', 431_000, '1'],
      ['magpie_ultra_plus', 624_400, '1'],
      ['smoltalk', 1_098_610, '1'],
    ]);
    const mixed = ablation('smollm2-sft-ablations.smol', 'math_instructions').arms;
    for (const { phase } of mixed) expect(phase.tuning!.data.map(({ share }) => share)).toEqual(['0.8', '0.2']);
  });

  it('of preferences train on each set for two epochs', () => {
    const { arms, from } = ablation('smollm2-preference-ablations.smol', 'preferences');
    expect(from).toEqual({ kind: 'phase', phase: 'sft', step: null });
    expect(arms.map(({ name, phase }) => [name, phase.steps])).toEqual([
      ['ultrafeedback', Math.ceil((61_135 * 2) / 128)],
      ['ultrainteract', Math.ceil((220_000 * 2) / 128)],
      ['capybara', Math.ceil((7560 * 2) / 128)],
      ['orca', Math.ceil((12_900 * 2) / 128)],
    ]);
  });
});

describe.each(readdirSync(join(folder, 'datasets')).filter((name) => name.endsWith('.smol')))('datasets/%s', (file) => {
  const text = read(`datasets/${file}`);
  const names = [...text.matchAll(/^dataset (\w+)/gm)].map(([, name]) => name!);

  it('has no mistake: a recipe can use every set of it', () => {
    const using = `recipe all\nuse { ${names.join(', ')} } from "datasets/${file}"\ntokenizer = local("t.json")\nmodel { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 512 }\ndataset own { source = local("o/*.jsonl") }\npretrain { tokens = 1M, sequence = 128, batch = 1024 tokens, schedule = constant(peak = 1e-3), 100% own }\n`;
    const { plan, diagnostics } = compileRecipe('all.smol', hostBesideExamples('all.smol', using));
    expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(plan!.datasets.map(({ name }) => name).sort()).toEqual([...names, 'own'].sort());
  });
});

it('SmolTalk as it is made has the rows of Table 9', () => {
  const using =
    'recipe all\nuse { smoltalk } from "datasets/smoltalk.smol"\ntokenizer = local("t.json")\nmodel { layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 512 }\ndataset own { source = local("o/*.jsonl") }\npretrain { tokens = 1M, sequence = 128, batch = 1024 tokens, schedule = constant(peak = 1e-3), 100% own }\nsft { data = smoltalk, epochs = 2, schedule = constant(peak = 1e-4) }\n';
  expect(planOf('all.smol', using).phases[1]!.rows).toBe(1_098_610);
});
