import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { learningRate, numberOfExact, type Plan, type PlanPhase } from '../../../../compiler/plan/index.ts';
import { type EmittedRecipe, emitFile } from '../../../support/emit-example.ts';
import { importConfigs } from '../../../support/import-configs.ts';

const fixtures = join(import.meta.dirname, '..', '..', '..', 'fixtures');

function partFiles({ emission }: EmittedRecipe) {
  const files = emission.files.filter(({ path }) => path.startsWith('pretrain/'));
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function importedPlan(files: readonly { readonly path: string; readonly text: string }[]): Promise<Plan> {
  const { compilation, said } = await importConfigs(files);
  if (compilation?.plan == null) {
    throw new Error(JSON.stringify([said, compilation?.diagnostics.map(({ message }) => message)], null, 2));
  }
  return compilation.plan;
}

/** What each step trains on, by dataset name; a dataset of the recipe is one folder of nanotron. */
function stepKinds(plan: Plan, phase: PlanPhase) {
  const names = new Map(plan.datasets.map(({ id, name }) => [id, name]));
  return phase.segments.map((segment) => ({
    first: segment.first_step,
    last: segment.last_step,
    sequence: segment.sequence,
    batch: segment.batch_sequences,
    theta: segment.rope_theta,
    attention: segment.attention,
    shares: Object.fromEntries<number>(
      segment.shares.map(({ dataset_id: id, share }) => [names.get(id)!, numberOfExact(share)] as const).toSorted(),
    ),
  }));
}

function expectSameRun(theirs: Plan, ours: Plan): void {
  const [wanted, found] = [theirs.phases[0]!, ours.phases[0]!];
  expect(found.steps).toBe(wanted.steps);
  expect(found.tokens).toBe(wanted.tokens);
  expect(ours.model).toEqual(theirs.model);
  expect(ours.seed).toBe(theirs.seed);
  expect(found.optimizer).toEqual(wanted.optimizer);
  expect(found.clip_norm).toBe(wanted.clip_norm);
  expect(found.precision).toBe(wanted.precision);
  expect(found.recompute).toBe(wanted.recompute);
  expect(found.checkpoint.every_steps).toBe(wanted.checkpoint.every_steps);
  for (const step of sampledSteps(wanted)) {
    const rate = learningRate(wanted.schedule, step);
    expect(Math.abs(learningRate(found.schedule, step) - rate), `step ${step}`).toBeLessThan(1e-12);
  }
  const [kinds, others] = [stepKinds(theirs, wanted), stepKinds(ours, found)];
  expect(others.map(({ shares: _, ...kind }) => kind)).toEqual(kinds.map(({ shares: _, ...kind }) => kind));
  kinds.forEach(({ shares }, index) => {
    const same = others[index]!.shares;
    expect(Object.keys(same)).toEqual(Object.keys(shares));
    for (const [name, share] of Object.entries(shares)) expect(same[name]).toBeCloseTo(share, 12);
  });
}

function sampledSteps({ steps, schedule }: PlanPhase): readonly number[] {
  const { warmup_steps: warmup, decay_start_step: start, decay_steps: decay } = schedule;
  const edges = [1, warmup, start, start + Math.round(decay / 2), steps];
  const near = edges.flatMap((edge) => [edge - 1, edge, edge + 1]);
  return near.filter((step) => step >= 1 && step <= steps);
}

describe('a recipe written for nanotron and read back', () => {
  it.each([
    ['examples/quickstart.smol', ['pretrain.precision=bf16']],
    ['examples/smollm2-135m.smol', []],
    ['examples/smollm2-360m.smol', []],
    ['examples/smollm2-1.7b.smol', []],
    ['test/fixtures/nanotron/line.smol', []],
  ])('%s trains the same steps', async (file, settings) => {
    const emitted = await emitFile('nanotron', file, { settings });
    expectSameRun(emitted.plan, await importedPlan(partFiles(emitted)));
  });

  it('the file of the last stage before the context extension says all of the run so far', async () => {
    const emitted = await emitFile('nanotron', 'examples/smollm2-1.7b.smol');
    const [file] = partFiles(emitted).slice(-2);
    const wanted = emitted.plan.phases[0]!;
    const last = wanted.stages.at(-2)!.last_step;
    // Cut in the middle of its decay, the schedule is a linear one to a higher end.
    const { compilation, said } = await importConfigs([file!]);
    expect(said.map(([code]) => code)).toContain('SM7226');
    expect(said.map(([code]) => code)).toContain('SM7227');
    const [found] = compilation!.plan!.phases;
    expect(found!.steps).toBe(last);
    expect(found!.tokens).toBe(wanted.stages.slice(0, -1).reduce((sum, { tokens }) => sum + tokens, 0));
    for (const step of [1, 1999, 2000, 4_000_000, last - 1, last].filter((each) => each <= last)) {
      const rate = learningRate(wanted.schedule, step);
      expect(Math.abs(learningRate(found!.schedule, step) - rate)).toBeLessThan(1e-12);
    }
    const kinds = stepKinds(emitted.plan, wanted).slice(0, -1);
    const others = stepKinds(compilation!.plan!, found!);
    expect(others.map(({ first, last: end, batch, sequence }) => [first, end, batch, sequence])).toEqual(
      kinds.map(({ first, last: end, batch, sequence }) => [first, end, batch, sequence]),
    );
  });

  it("has at every step the rate that nanotron's own code gives for the files", async () => {
    const theirs = JSON.parse(readFileSync(join(fixtures, 'nanotron.json'), 'utf8')) as Record<
      string,
      { steps: number[]; rates: number[] }
    >;
    const names = Object.keys(theirs).sort();
    const files = names.map((name) => ({
      path: name,
      text: readFileSync(join(fixtures, 'nanotron', name), 'utf8'),
    }));
    const { schedule } = (await importedPlan(files)).phases[0]!;
    const { steps, rates } = theirs[names.at(-1)!]!;
    expect(steps).toHaveLength(1001);
    steps.slice(1).forEach((step, index) => {
      expect(Math.abs(learningRate(schedule, step) - rates[index + 1]!)).toBeLessThan(1e-16);
    });
  });
});
