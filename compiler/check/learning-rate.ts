import Fraction from 'fraction.js';
import * as rows from '../diagnostics/catalogue/schedule.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { ScheduleReading } from '../normalize/read-schedule.ts';
import { printExact } from '../quantity/print-quantity.ts';
import type { RecipeReading } from './index.ts';

/** A peak above 0.1 is a warning, above 1 an error; the end is not above the peak. */
export function learningRateIsSane(
  { pretrains, tuning, ablations }: RecipeReading,
  collector: DiagnosticCollector,
): void {
  const first = ablations.flatMap((each) => each?.arms[0]?.phase ?? []);
  for (const { schedule } of [...pretrains, ...tuning, ...first]) if (schedule) checkSchedule(schedule, collector);
}

function checkSchedule({ peak, end }: ScheduleReading, collector: DiagnosticCollector): void {
  if (!peak) return;
  const written = printExact(peak.value);
  if (peak.value.gt(1)) collector.add(diagnose(rows.excessiveLearningRate, peak.span, { peak: written }));
  else if (peak.value.gt(new Fraction(1, 10))) {
    collector.add(diagnose(rows.highLearningRate, peak.span, { peak: written }));
  }
  if (end?.value.gt(peak.value)) {
    collector.add(diagnose(rows.endAbovePeak, end.span, { end: printExact(end.value), peak: written }));
  }
}
