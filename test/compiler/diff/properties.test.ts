import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Change, diffPlans, type PlanDiff } from '../../../compiler/diff/index.ts';
import { compileRecipe, learningRate, type Plan } from '../../../compiler/index.ts';
import { canonicalJson, type Json } from '../../../compiler/plan/canonical-json.ts';

/** What varies between two small recipes; every combination compiles. */
interface Shape {
  readonly seed: number;
  readonly peak: string;
  readonly warmup: number;
  readonly decay: number;
  readonly ends: readonly [number, number];
  readonly total: number;
  readonly shares: readonly (readonly [number, number])[];
  readonly sequence: number;
  readonly names: readonly [string, string];
  readonly every: number;
}

const shapes: fc.Arbitrary<Shape> = fc.record({
  seed: fc.constantFrom(1, 1, 1, 2),
  peak: fc.constantFrom('1e-3', '1e-3', '2e-3'),
  warmup: fc.constantFrom(5, 5, 8),
  decay: fc.constantFrom(10, 10, 20),
  ends: fc.constantFrom([2048, 4096] as const, [2048, 4096] as const, [1024, 4096] as const, [2048, 6144] as const),
  total: fc.constantFrom(8192, 8192, 12_288),
  shares: fc.array(fc.constantFrom([50, 50] as const, [50, 50] as const, [20, 80] as const), {
    minLength: 3,
    maxLength: 3,
  }),
  sequence: fc.constantFrom(16, 16, 32),
  names: fc.constantFrom(['a', 'b'] as const, ['a', 'b'] as const, ['a', 'c'] as const),
  every: fc.constantFrom(10, 20),
});

interface Written {
  readonly text: string;
  readonly plan: Plan;
}

function recipeOf({ seed, peak, warmup, decay, ends, total, shares, sequence, names, every }: Shape): string[] {
  const [a, b] = names;
  const stage = (name: string, range: string, [x, y]: readonly [number, number], more = '') =>
    `  stage ${name} ${range} {\n${more}    ${x}% ${a}\n    ${y}% ${b}\n  }`;
  return [
    `recipe small\nlanguage = 1\nseed = ${seed}\ntokenizer = local("tokenizer.json")`,
    `dataset ${a} { source = local("a.jsonl"), size = 20k tokens }`,
    `dataset ${b} { source = local("b.jsonl"), size = 20k tokens }`,
    'model {\n  family = llama\n  layers = 1\n  hidden = 16\n  ffn = 32\n  heads = 2\n  kv_heads = 1\n  vocab = 512\n' +
      '  context = 64\n  rope_theta = 10_000\n  norm_eps = 1e-5\n  tie_embeddings = true\n  init_std = 0.02\n}',
    `pretrain {\n  tokens = ${total}\n  sequence = 16\n  batch = 64 tokens\n  precision = float32\n` +
      '  optimizer = adamw(beta1 = 0.9, beta2 = 0.95, eps = 1e-8, weight_decay = 0.1)\n  clip_norm = 1.0\n' +
      `  schedule = wsd(peak = ${peak}, warmup = ${warmup} steps, decay = ${decay}%, shape = linear)\n` +
      `  checkpoint = every(${every} steps, keep = 2)\n` +
      `${stage('first', `0..${ends[0]}`, shares[0]!)}\n${stage('second', `${ends[0]}..${ends[1]}`, shares[1]!)}\n` +
      `${stage('last', `${ends[1]}..${total}`, shares[2]!, `    sequence = ${sequence}\n`)}\n}`,
  ];
}

function compiled(text: string): Written {
  const { plan, diagnostics } = compileRecipe('small.smol', {
    readText: (path) => (path.endsWith('.lock') ? null : text),
  });
  if (plan === null) throw new Error(`${diagnostics.map(({ message }) => message).join('; ')}\n${text}`);
  return { text, plan };
}

const planOf = (shape: Shape) => compiled(`${recipeOf(shape).join('\n\n')}\n`).plan;

/** A difference as the other side sees it, in an order that does not depend on the side. */
function mirrored(diff: PlanDiff): unknown {
  const actions = { added: 'removed', removed: 'added' } as Record<string, string>;
  const turn = (change: Change): Json => ({
    action: actions[change.action] ?? change.action,
    subject: change.subject,
    names: [change.old_name ?? change.name, change.name].sort(),
    old: change.new,
    new: change.old,
    reason: change.reason,
    class: change.effect.class,
    consequences: change.consequences.map((each) => ({ quantity: each.quantity, old: each.new, new: each.old })),
    children: sorted(change.children.map(turn)),
  });
  return { changes: sorted(diff.changes.map(turn)), class: diff.effect.class, step: diff.effect.from_step };
}

function plain(diff: PlanDiff): unknown {
  const keep = (change: Change): Json => ({
    action: change.action,
    subject: change.subject,
    names: [change.old_name ?? change.name, change.name].sort(),
    old: change.old,
    new: change.new,
    reason: change.reason,
    class: change.effect.class,
    consequences: change.consequences.map((each) => ({ quantity: each.quantity, old: each.old, new: each.new })),
    children: sorted(change.children.map(keep)),
  });
  return { changes: sorted(diff.changes.map(keep)), class: diff.effect.class, step: diff.effect.from_step };
}

function sorted(changes: readonly Json[]): Json[] {
  return changes.map((each) => canonicalJson(each)).sort();
}

/** What a step computes with, by looking at it. */
function stepOf(plan: Plan, step: number): string {
  const phase = plan.phases[0]!;
  const segment = phase.segments.find((each) => step >= each.first_step && step <= each.last_step);
  if (segment === undefined) return 'none';
  const { sequence, batch_sequences, rope_theta, attention, shares } = segment;
  const settings = { sequence, batch_sequences, rope_theta, attention, rate: learningRate(phase.schedule, step) };
  return canonicalJson({ seed: plan.seed, ...settings, shares: shares.map((each) => ({ ...each })) });
}

describe('the difference of two plans', () => {
  test('of a plan with itself is empty', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const diff = diffPlans(planOf(shape), planOf(shape));
        expect(diff.changes).toEqual([]);
        expect(diff.effect.class).toBe('no_effect');
        expect(diff.diagnostics).toEqual({ added: [], gone: [] });
      }),
      { numRuns: 30 },
    );
  });

  test('is the mirror of the difference the other way', () => {
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        const [old, next] = [planOf(a), planOf(b)];
        expect(mirrored(diffPlans(next, old))).toEqual(plain(diffPlans(old, next)));
      }),
      { numRuns: 60 },
    );
  });

  test('begins where the first step differs, and no change begins before it', () => {
    const firstOf = (old: Plan, next: Plan) => {
      const last = Math.max(old.totals.steps, next.totals.steps);
      for (let step = 1; step <= last; step++) if (stepOf(old, step) !== stepOf(next, step)) return step;
      return null;
    };
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        const [old, next] = [planOf(a), planOf(b)];
        const diff = diffPlans(old, next);
        expect(diff.effect.from_step).toBe(firstOf(old, next));
        const starts = diff.changes.map(({ effect }) => effect.from_step).filter((step) => step !== null);
        expect(starts.length === 0 ? null : Math.min(...starts)).toBe(diff.effect.from_step);
      }),
      { numRuns: 80 },
    );
  });

  test('is never empty when the plans have different hashes', () => {
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        const [old, next] = [planOf(a), planOf(b)];
        if (old.hash !== next.hash) expect(diffPlans(old, next).changes).not.toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('is empty when only comments, spaces and the order of declarations changed', () => {
    const written = fc.tuple(shapes, fc.shuffledSubarray([1, 2, 3, 4], { minLength: 4, maxLength: 4 }));
    fc.assert(
      fc.property(written, ([shape, order]) => {
        const parts = recipeOf(shape);
        const text = [parts[0]!, ...order.map((i) => `# moved\n${parts[i]!}`)]
          .join('\n\n\n')
          .replaceAll(' = ', '  =  ');
        expect(diffPlans(planOf(shape), compiled(`${text}\n`).plan).changes).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
