import Fraction from 'fraction.js';
import type { Plan, PlanPhase, PlanSegment, PlanTuning } from '../../compiler/plan/index.ts';

/**
 * A phase as the training loop goes through it. Post-training, which a plan gives without stages and segments, has one of each
 * over all its steps; its RoPE theta is that of the weights it starts from.
 */
export function asTrained(plan: Plan, index: number): PlanPhase {
  const phase = plan.phases[index]!;
  const { tuning } = phase;
  if (tuning === null) return phase;
  const segment: PlanSegment = {
    first_step: 1,
    last_step: phase.steps,
    sequence: tuning.sequence,
    batch_sequences: tuning.batch_sequences,
    rope_theta: startingTheta(plan, phase),
    attention: tuning.attention ?? 'full',
    shares: sharesById(tuning),
  };
  const { shares: _shares, ...settings } = segment;
  const nothing = {
    from_tokens: 0,
    to_tokens: 0,
    actual_from_tokens: 0,
    actual_to_tokens: 0,
    tokens: 0,
    ramp_steps: 0,
  };
  const stage = { name: phase.name, steps: phase.steps, ...nothing, ...settings, mixture: [] };
  return { ...phase, stages: [stage], segments: [segment] };
}

/** RoPE theta that a phase of post-training runs with. */
function startingTheta(plan: Plan, { from }: PlanPhase): number {
  if (from.kind !== 'phase') return plan.model.rope_theta;
  const index = plan.phases.findIndex(({ name }) => name === from.phase);
  const start = asTrained(plan, index);
  const step = from.step ?? start.steps;
  const holding = start.segments.find(({ last_step }) => Math.max(1, step) <= last_step);
  return (holding ?? start.segments.at(-1)!).rope_theta;
}

/** In the order of ids; names of one id are one dataset. */
function sharesById({ data }: PlanTuning): PlanSegment['shares'] {
  const byId = new Map<string, Fraction>();
  for (const { dataset_id: id, share } of data) byId.set(id, (byId.get(id) ?? new Fraction(0)).add(share));
  const ids = [...byId.keys()].sort();
  return ids.map((dataset_id) => ({ dataset_id, share: byId.get(dataset_id)!.toFraction() }));
}
