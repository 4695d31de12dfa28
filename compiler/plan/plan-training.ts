import Fraction from 'fraction.js';
import type { ResolvedOptimizer, ResolvedPhase, ResolvedSpikeRule, ResolvedStart } from '../normalize/types.ts';
import { roundHalfUp } from './exact.ts';
import type { PhaseSteps } from './place-schedule.ts';
import { placeStages, stepsAt } from './place-stages.ts';
import type { PlanCheckpoint, PlanOptimizer, PlanSpikeRule, PlanStart } from './types.ts';

/** What all kinds of phases have in common. */

export function planOptimizer(optimizer: ResolvedOptimizer): PlanOptimizer {
  return {
    kind: optimizer.kind,
    beta1: optimizer.beta1.value,
    beta2: optimizer.beta2.value,
    eps: optimizer.eps.value,
    weight_decay: optimizer.weightDecay.value,
    decay_exclude: optimizer.decayExclude.value,
  };
}

type Checkpointed = Pick<ResolvedPhase, 'checkpointEvery' | 'checkpointKeep'>;

export function planCheckpoint(resolved: Checkpointed, placed: PhaseSteps): PlanCheckpoint {
  const every = checkpointInterval(resolved, placed);
  return { every_steps: every === null || every > placed.steps ? null : every, keep: resolved.checkpointKeep.value };
}

/** Steps between checkpoints as asked; an interval in tokens or % is one of steps of the phase's mean size. */
export function checkpointInterval(resolved: Checkpointed, placed: PhaseSteps): number | null {
  const every = resolved.checkpointEvery.value;
  if (every === null) return null;
  if (every.unit === 'steps') return roundHalfUp(every.amount);
  const tokens = every.unit === 'part' ? every.amount.mul(placed.askedTokens) : every.amount;
  return Math.max(1, roundHalfUp(tokens.mul(placed.steps).div(placed.askedTokens)));
}

/** Steps of a phase whose positions count in steps: as if each step were one token. */
export function countedSteps(steps: number): PhaseSteps {
  const stages = placeStages([{ from: new Fraction(0), to: new Fraction(steps), tokensPerStep: 1 }]);
  return { stages, askedTokens: steps, steps, scale: new Fraction(1) };
}

/** Where weights come from, a position of another phase in its steps. `placed` are the phases before, by name. */
export function planStart(start: ResolvedStart, placed: ReadonlyMap<string, PhaseSteps>): PlanStart {
  if (start.kind !== 'phase') return start.kind === 'weights' ? { kind: 'weights', source: start.source } : start;
  const { phase, at } = start;
  if (at === null) return { kind: 'phase', phase, step: null };
  const steps = placed.get(phase)!;
  const step =
    at.unit === 'steps'
      ? roundHalfUp(at.amount)
      : stepsAt(steps.stages, at.unit === 'part' ? at.amount.mul(steps.askedTokens) : at.amount);
  return { kind: 'phase', phase, step: Math.min(step, steps.steps) };
}

export function planSpikeRule(rule: ResolvedSpikeRule | null): PlanSpikeRule | null {
  return (
    rule && {
      kind: rule.kind,
      to: rule.to.value,
      skip_steps: rule.skipSteps.value,
      over: rule.over.value,
      window_steps: rule.windowSteps.value,
    }
  );
}
