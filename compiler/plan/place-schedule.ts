import Fraction from 'fraction.js';
import type { Length, ResolvedPretrain, ResolvedSchedule } from '../normalize/types.ts';
import { roundHalfUp } from './exact.ts';
import { type PlacedStage, stepsAt, tokensAt } from './place-stages.ts';
import type { PlanSchedule } from './types.ts';

/** Steps in which lengths and positions of a phase are placed. */
export interface PhaseSteps {
  readonly stages: readonly PlacedStage[];
  /** Asked tokens: what parts (%) are parts of. */
  readonly askedTokens: number;
  readonly steps: number;
  /** New steps / old steps under `scaled_to`, by which lengths in steps are scaled; 1 otherwise. */
  readonly scale: Fraction;
}

/**
 * The schedule in steps. Positions in tokens and % are turned into steps last; a length that is not 0 has at least 1 step.
 * Nothing is clamped: a warm-up or decay that does not fit comes out as it was asked, and the caller says so.
 */
export function placeSchedule(schedule: ResolvedSchedule, phase: PhaseSteps): PlanSchedule {
  const warmup = warmupSteps(schedule.warmup.value, phase);
  const { start, steps } = decaySteps(schedule, warmup, phase);
  return {
    kind: schedule.kind,
    peak: schedule.peak.value.valueOf(),
    end: schedule.kind === 'constant' ? schedule.peak.value.valueOf() : schedule.end.value.valueOf(),
    warmup_steps: warmup,
    decay_start_step: start,
    decay_steps: steps,
    shape: shapeOf(schedule),
  };
}

/** The phase's old steps over its new ones, for `scaled_to`; see `ResolvedPretrain.scaledFrom`. */
export function stepScale(scaledFrom: ResolvedPretrain['scaledFrom'], oldSteps: number, steps: number): Fraction {
  return scaledFrom === null || oldSteps === 0 ? new Fraction(1) : new Fraction(steps, oldSteps);
}

function warmupSteps(length: Length, phase: PhaseSteps): number {
  return length.unit === 'steps' ? scaledSteps(length.amount, phase) : stepsFrom(0, length, phase);
}

/** The decay ends with the phase, or lasts as long as asked from where it is said to start. */
function decaySteps(schedule: ResolvedSchedule, warmup: number, phase: PhaseSteps): { start: number; steps: number } {
  if (schedule.kind === 'constant' || schedule.kind === 'inverse_sqrt') return { start: phase.steps, steps: 0 };
  if (schedule.kind !== 'wsd') return { start: warmup, steps: phase.steps - warmup };
  const length = schedule.decay?.value ?? null;
  if (schedule.decayFrom !== null) {
    const start = stepOf(schedule.decayFrom.value, phase);
    return { start, steps: length === null ? phase.steps - start : stepsFrom(start, length, phase) };
  }
  if (length === null || length.amount.equals(0)) return { start: phase.steps, steps: 0 };
  if (length.unit === 'steps') {
    const steps = scaledSteps(length.amount, phase);
    return { start: phase.steps - steps, steps };
  }
  const from = new Fraction(phase.askedTokens).sub(tokensOf(length, phase));
  if (from.lt(0)) return decayBeyondTheRun(length, phase);
  const start = Math.min(stepsAt(phase.stages, from), phase.steps - 1);
  return { start, steps: phase.steps - start };
}

/** A decay longer than the phase: its start is negative, in steps of the phase's mean size. */
function decayBeyondTheRun(length: Length, phase: PhaseSteps): { start: number; steps: number } {
  const steps = roundHalfUp(tokensOf(length, phase).mul(phase.steps).div(phase.askedTokens));
  return { start: phase.steps - steps, steps };
}

/** Steps of a length that starts after so many steps. */
function stepsFrom(start: number, length: Length, phase: PhaseSteps): number {
  if (length.unit === 'steps') return scaledSteps(length.amount, phase);
  if (length.amount.equals(0)) return 0;
  const tokens = tokensOf(length, phase);
  const end = new Fraction(tokensAt(phase.stages, start)).add(tokens);
  if (end.gt(phase.askedTokens)) return Math.max(1, roundHalfUp(tokens.mul(phase.steps).div(phase.askedTokens)));
  return Math.max(1, stepsAt(phase.stages, end) - start);
}

function stepOf(position: Length, phase: PhaseSteps): number {
  return position.unit === 'steps'
    ? roundHalfUp(position.amount.mul(phase.scale))
    : stepsAt(phase.stages, tokensOf(position, phase));
}

function scaledSteps(amount: Fraction, phase: PhaseSteps): number {
  return amount.equals(0) ? 0 : Math.max(1, roundHalfUp(amount.mul(phase.scale)));
}

function tokensOf(length: Length, phase: PhaseSteps): Fraction {
  return length.unit === 'part' ? length.amount.mul(phase.askedTokens) : length.amount;
}

function shapeOf(schedule: ResolvedSchedule): PlanSchedule['shape'] {
  if (schedule.kind === 'cosine') return 'cosine';
  return schedule.kind === 'wsd' ? schedule.shape.value : 'linear';
}
