import type { Span } from '../../grammar/index.ts';
import {
  decayBeyondRun,
  intervalBeyondRun,
  type StepsAndTokens,
  stageWithoutStep,
  warmupBeyondRun,
  warmupIsRun,
  warmupMeetsDecay,
} from '../diagnostics/catalogue/plan.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { Origin, ResolvedPhase, ResolvedPretrain } from '../normalize/types.ts';
import type { PhaseSteps } from './place-schedule.ts';
import { tokensAt } from './place-stages.ts';
import { checkpointInterval } from './plan-training.ts';
import type { PlanSchedule } from './types.ts';

/** Stages that are too short for a step. False when there is one: nothing further can then be planned. */
export function checkStageSteps(
  resolved: ResolvedPretrain,
  placed: PhaseSteps,
  collector: DiagnosticCollector,
): boolean {
  let complete = true;
  for (const [i, stage] of resolved.stages.entries()) {
    const { asked, steps, from } = placed.stages[i]!;
    if (steps > 0) continue;
    complete = false;
    const tokens = Math.max(0, Math.round(asked.to.sub(from).valueOf()));
    const data = {
      stage: stage.name,
      tokens,
      tokensPerStep: asked.tokensPerStep,
      scaled: resolved.scaledFrom !== null,
    };
    collector.add(diagnose(stageWithoutStep, stage.nameSpan, data));
  }
  return complete;
}

/** Warm-up and decay that do not fit the run. */
export function checkSchedule(
  resolved: ResolvedPhase,
  placed: PhaseSteps,
  schedule: PlanSchedule,
  collector: DiagnosticCollector,
): void {
  const amount = (steps: number): StepsAndTokens => ({
    steps,
    tokens: resolved.kind === 'pretrain' ? trainedBy(steps, placed) : null,
  });
  const run = amount(placed.steps);
  const warmup = amount(schedule.warmup_steps);
  const spanOf = ({ origin }: { readonly origin: Origin }) => writtenSpan(origin) ?? resolved.schedule.span;
  const decaySpan = spanOf(resolved.schedule.decayFrom ?? resolved.schedule.decay ?? resolved.schedule.warmup);
  const end = schedule.decay_start_step + schedule.decay_steps;
  if (warmup.steps > run.steps) {
    collector.add(diagnose(warmupBeyondRun, spanOf(resolved.schedule.warmup), { warmup, run }));
  } else if (end > run.steps || schedule.decay_steps < 0) {
    collector.add(diagnose(decayBeyondRun, decaySpan, { end: amount(Math.max(end, schedule.decay_start_step)), run }));
  } else if (schedule.decay_steps > 0 && schedule.decay_start_step < warmup.steps) {
    const decay = amount(schedule.decay_start_step + 1);
    const related = [{ span: spanOf(resolved.schedule.warmup), label: `${warmup.steps} steps` }];
    collector.add(diagnose(warmupMeetsDecay, decaySpan, { warmup, decay, run }, { related }));
  } else if (warmup.steps === run.steps && run.steps > 1) {
    collector.add(diagnose(warmupIsRun, spanOf(resolved.schedule.warmup), { run }));
  }
}

/** A checkpoint interval longer than the run. */
export function checkInterval(resolved: ResolvedPhase, placed: PhaseSteps, collector: DiagnosticCollector): void {
  const run = {
    steps: placed.steps,
    tokens: resolved.kind === 'pretrain' ? trainedBy(placed.steps, placed) : null,
  };
  const interval = checkpointInterval(resolved, placed);
  if (interval !== null && interval > run.steps) {
    const span = writtenSpan(resolved.checkpointEvery.origin) ?? resolved.span;
    collector.add(diagnose(intervalBeyondRun, span, { interval, run }));
  }
}

/** Tokens of so many steps from the start; beyond the run's end, in steps of its last size. */
function trainedBy(steps: number, placed: PhaseSteps): number {
  const last = placed.stages.at(-1)!;
  const beyond = Math.max(0, steps - placed.steps);
  return tokensAt(placed.stages, Math.max(0, Math.min(steps, placed.steps))) + beyond * last.asked.tokensPerStep;
}

function writtenSpan(origin: Origin): Span | null {
  return origin.from === 'recipe' || origin.from === 'profile' ? origin.span : null;
}
