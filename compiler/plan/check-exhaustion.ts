import type { Span } from '../../grammar/index.ts';
import * as rows from '../diagnostics/catalogue/exhaustion.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { ResolvedDataset, ResolvedPoint, ResolvedRecipe } from '../normalize/types.ts';
import { writtenSpan } from '../normalize/written-span.ts';
import { mostExhausted } from './exhaustion.ts';
import { tokensAt } from './place-stages.ts';
import type { PlannedPhase } from './plan-phase.ts';

/** Positions in the run's tokens at which datasets run out, by name. */
export function exhaustedPositions(phases: readonly PlannedPhase[]): ReadonlyMap<string, number> {
  const found = phases.flatMap((planned) =>
    planned.exhausted.map(({ rule, lastStep }) => [rule.dataset, positionOfStep(planned, lastStep)] as const),
  );
  // A dataset that has run out in one phase does so again in a later one: the first place counts.
  return new Map(found.toReversed());
}

function positionOfStep({ placed, tokensBefore }: PlannedPhase, step: number): number {
  return tokensBefore + (step === 0 ? 0 : tokensAt(placed.stages, step));
}

/** Says where datasets run out and what happens there, and where it cannot happen. False when there is nothing to plan. */
export function checkExhausted(
  planned: PlannedPhase,
  askedSteps: number,
  datasets: readonly ResolvedDataset[],
  collector: DiagnosticCollector,
): boolean {
  let isPlannable = true;
  for (const { rule, lastStep, problem } of planned.exhausted) {
    const dataset = datasets.find(({ name }) => name === rule.dataset)!;
    const span = writtenSpan(dataset.onExhaustion.origin) ?? dataset.nameSpan;
    const at = { tokens: positionOfStep(planned, lastStep), step: lastStep, phase: planned.phase.name };
    if (problem !== null) {
      isPlannable = false;
      const shown = { dataset: rule.dataset, at, problem, most: mostExhausted };
      collector.add(diagnose(rows.cannotRunOut, span, shown));
      continue;
    }
    const data = { dataset: rule.dataset, at, policy: rule.policy, early: askedSteps - lastStep };
    collector.add(diagnose(rows.runsOut, span, data));
  }
  return isPlannable;
}

/** A dataset with a rule for its end whose end is not known; what is read `inRows` only is judged by its epochs. */
export function checkKnownSizes(
  datasets: readonly ResolvedDataset[],
  inRows: ReadonlySet<string>,
  collector: DiagnosticCollector,
): void {
  for (const dataset of datasets.filter((each) => isEndUnknown(each) && !inRows.has(each.name))) {
    const span = writtenSpan(dataset.onExhaustion.origin) ?? dataset.nameSpan;
    collector.add(diagnose(rows.endUnknown, span, { dataset: dataset.name, policy: dataset.onExhaustion.value }));
  }
}

/** Whether a rule is written for the end of a dataset, and nobody knows where that is. */
export function isEndUnknown({ sizeTokens, onExhaustion }: ResolvedDataset): boolean {
  return sizeTokens === null && onExhaustion.value !== 'repeat' && onExhaustion.origin.from !== 'default';
}

/** Points of evaluations that a stop leaves behind. False when there are some. */
export function checkPointsReached(
  { evaluations }: Pick<ResolvedRecipe, 'evaluations'>,
  phases: readonly PlannedPhase[],
  collector: DiagnosticCollector,
): boolean {
  const points = evaluations.flatMap(({ at, expectations }) => [
    ...at,
    ...expectations.flatMap((each) => each.at ?? []),
  ]);
  const unreached = points.flatMap((point): readonly { readonly span: Span; readonly phase: PlannedPhase }[] => {
    const phase = phases.find(({ resolved }) => resolved.name === point.phase);
    return phase !== undefined && isBeyondStop(point, phase) ? [{ span: point.span, phase }] : [];
  });
  for (const { span, phase } of unreached) {
    const { rule } = phase.exhausted.at(-1)!;
    const data = {
      dataset: rule.dataset,
      phase: phase.phase.name,
      step: phase.phase.steps,
      tokens: phase.phase.tokens,
    };
    collector.add(diagnose(rows.pointBeyondStop, span, data));
  }
  return unreached.length === 0;
}

function isBeyondStop({ at }: ResolvedPoint, { resolved, phase, exhausted }: PlannedPhase): boolean {
  if (exhausted.at(-1)?.rule.policy !== 'stop' || at.kind === 'phase') return false;
  if (at.kind === 'stage') return !resolved.stages.some(({ name }) => name === at.stage);
  const { unit, amount } = at.position;
  if (unit === 'steps') return amount.gt(phase.steps);
  return (unit === 'part' ? amount.mul(phase.asked_tokens) : amount).gt(phase.tokens);
}
