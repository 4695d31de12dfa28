import { startMoved } from '../diagnostics/catalogue/tuning.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { ResolvedPhase } from '../normalize/types.ts';
import { writtenSpan } from '../normalize/written-span.ts';
import { nearestCheckpoint } from './nearest-checkpoint.ts';
import type { PlanPhase } from './types.ts';

/** A phase whose start `at` a position of an earlier one is moved to the nearest checkpoint, which is said. */
export function startingAtCheckpoint<T extends { readonly phase: PlanPhase; readonly resolved: ResolvedPhase }>(
  planned: T,
  before: readonly { readonly phase: PlanPhase }[],
  collector: DiagnosticCollector,
): T {
  const asked = planned.phase.from;
  const from = nearestCheckpoint(
    asked,
    before.map(({ phase }) => phase),
  );
  if (asked.kind !== 'phase' || from.kind !== 'phase' || asked.step === from.step) return planned;
  const { from: written, span } = planned.resolved;
  const data = { phase: planned.phase.name, from: asked.phase, asked: asked.step!, actual: from.step! };
  collector.add(diagnose(startMoved, writtenSpan(written.origin) ?? span, data));
  return { ...planned, phase: { ...planned.phase, from } };
}
