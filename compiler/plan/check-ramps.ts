import { rampBeyondStage, rampFromNothing } from '../diagnostics/catalogue/plan.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { ResolvedPretrain } from '../normalize/types.ts';
import { writtenSpan } from '../normalize/written-span.ts';
import type { PhaseSteps } from './place-schedule.ts';
import { rampSteps } from './ramps.ts';

/** Ramps that have no stage before them, and those longer than their stage. False when there is one. */
export function checkRamps(resolved: ResolvedPretrain, placed: PhaseSteps, collector: DiagnosticCollector): boolean {
  let complete = true;
  for (const [i, stage] of resolved.stages.entries()) {
    if (stage.ramp === null || placed.stages[i]!.steps <= 0) continue;
    const span = writtenSpan(stage.ramp.origin) ?? stage.nameSpan;
    const ramp = rampSteps(stage, i, placed);
    const { steps } = placed.stages[i]!;
    if (i > 0 && ramp <= steps) continue;
    complete = false;
    collector.add(
      i === 0
        ? diagnose(rampFromNothing, span, { stage: stage.name })
        : diagnose(rampBeyondStage, span, { stage: stage.name, ramp, steps }),
    );
  }
  return complete;
}
