import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type Compilation,
  compileRecipe,
  createRunSampler,
  type Plan,
  printPlan,
  readPlan,
} from '../../compiler/index.ts';
import { canonicalJson } from '../../compiler/plan/canonical-json.ts';
import { exampleRecipes, hostBesideExamples } from '../support/example-recipes.ts';

const read = (name: string) => readFileSync(`examples/${name}`, 'utf8');

function compile(text: string, options: Parameters<typeof compileRecipe>[2] = {}): Compilation {
  return compileRecipe('examples/main.smol', hostBesideExamples('examples/main.smol', text), options);
}

function planOf(text: string, options: Parameters<typeof compileRecipe>[2] = {}): Plan {
  const { plan, diagnostics } = compile(text, options);
  if (plan === null) throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  return plan;
}

describe('examples/smollm2-1.7b.smol', () => {
  const text = read('smollm2-1.7b.smol');

  it('has the published figures', () => {
    const plan = planOf(text);
    const [phase] = plan.phases;
    expect(plan.model.parameters).toBe(1_711_376_384);
    expect(phase!.tokens_per_step).toBe(2_097_152);
    expect(phase!.stages.map(({ name, last_step }) => [name, last_step])).toEqual([
      ['stable_1', 2_861_023],
      ['stable_2', 3_814_697],
      ['stable_3', 4_768_372],
      ['decay', 5_209_446],
      ['long_context', 5_245_209],
    ]);
    expect(Number(plan.datasets.find(({ name }) => name === 'starcoder')!.epochs).toFixed(2)).toBe('4.00');
    for (const stage of phase!.stages) {
      const sequences = stage.mixture.reduce((sum, share) => sum + share.sequences, 0);
      expect(sequences).toBe(stage.steps * stage.batch_sequences);
    }
    expect(phase!.schedule).toMatchObject({ warmup_steps: 2000, decay_start_step: 4_720_688, decay_steps: 524_521 });
  });

  it('has no warning, and says where every value comes from', () => {
    const { plan, diagnostics } = compile(text);
    expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
    const pointers = Object.keys(plan!.provenance);
    expect(pointers).toContain('/phases/0/stages/4/rope_theta');
    for (const pointer of pointers) expect(valueAt(plan!, pointer), pointer).toBeDefined();
    const theta = plan!.provenance['/phases/0/stages/4/rope_theta'];
    expect(theta).toMatchObject({ from: 'recipe', at: { file: 'main.smol' } });
    const line = text.split('\n')[(theta as { at: { line: number } }).at.line - 1];
    expect(line).toContain('rope_theta = 130_000');
  });
});

function valueAt(document: unknown, pointer: string): unknown {
  const step = (value: unknown, key: string) => (value as Record<string, unknown> | undefined)?.[key];
  return pointer.split('/').slice(1).reduce(step, document);
}

describe.each(exampleRecipes().map(({ name, recipe }) => [name, recipe] as const))('examples/%s', (_, text) => {
  it('gives the same bytes each time, which read back as the plan', () => {
    const plan = planOf(text);
    expect(printPlan(planOf(text))).toBe(printPlan(plan));
    expect(canonicalJson(readPlan(printPlan(plan)) as never)).toBe(canonicalJson(plan as never));
  });

  it('holds no path of this machine', () => {
    const { plan } = compileRecipe('/some/where/main.smol', hostBesideExamples('/some/where/main.smol', text));
    expect(printPlan(plan!)).not.toContain('/some');
    expect(printPlan(plan!)).toBe(printPlan(planOf(text)));
  });
});

describe('examples/quickstart.smol', () => {
  const text = read('quickstart.smol');
  const base = planOf(text);
  const picks = (plan: Plan, lastStep: number) => {
    const sampler = createRunSampler(plan.phases[0]!, plan.seed);
    const all = [];
    for (const batch of sampler.batches(1)) {
      all.push(batch);
      if (all.length === lastStep) break;
    }
    return all;
  };

  it('is unmoved by formatting, order, names and what is beside the computation', () => {
    const changes: Record<string, string> = {
      comments: text.replaceAll('\n\n', '\n# a comment\n\n'),
      'order of shares': text.replace('    70% prose\n    30% code\n', '    30% code\n    70% prose\n'),
      'names of datasets': text.replaceAll('speeches ', 'talks ').replaceAll('% speeches', '% talks'),
      'names of stages': text.replaceAll('stage broad', 'stage first'),
      'checkpoint interval': text.replace('every(200 steps, keep = 2)', 'every(7 steps)'),
      'a flat mixture': text.replace('    70% prose\n', '    52.5% speeches\n    17.5% novel\n'),
    };
    for (const [what, changed] of Object.entries(changes)) {
      expect(changed, what).not.toBe(text);
      expect(planOf(changed).hash, what).toBe(base.hash);
    }
  });

  it('keeps its earlier picks when a later stage changes', () => {
    const changed = planOf(text.replace('    50% prose\n    50% code\n', '    10% prose\n    90% code\n'));
    expect(changed.hash).not.toBe(base.hash);
    const last = base.phases[0]!.stages[0]!.last_step;
    expect(picks(changed, last)).toEqual(picks(base, last));
    expect(picks(changed, last + 5).at(-1)).not.toEqual(picks(base, last + 5).at(-1));
  });

  it('records profile and settings, with the values they give', () => {
    const plan = planOf(text, { profile: 'tiny', settings: ['pretrain.clip_norm=0.5'] });
    expect(plan).toMatchObject({ profile: 'tiny', settings: ['pretrain.clip_norm=0.5'], model: { layers: 2 } });
    expect(plan.phases[0]).toMatchObject({ clip_norm: 0.5, steps: 293, asked_tokens: 150_000 });
    expect(plan.provenance['/model/layers']).toMatchObject({ from: 'profile' });
    expect(plan.provenance['/phases/0/clip_norm']).toMatchObject({ from: 'setting' });
    expect(plan.provenance['/phases/0/stages/1/rope_theta']).toMatchObject({ from: 'recipe' });
    // 50 steps of 781 become 19 of 293.
    expect(plan.phases[0]!.schedule.warmup_steps).toBe(19);
  });

  it('knows the order of its passes: nothing is planned of what has errors', () => {
    const broken = compile(text.replace('layers = 4', 'layres = 4'));
    expect(broken.plan).toBeNull();
    expect(broken.file.header?.name.text).toBe('quickstart');
    expect(broken.diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
    expect(() => compileRecipe('gone.smol', { readText: () => null })).toThrow('there is no file `gone.smol`');
  });
});
