import { formatCount } from '../../../compiler/index.ts';
import type { StepRecord } from '../../../runtime/index.ts';

/** What the steps of derived datasets did with the rows that came to them, a line each. */
export function stepLines(steps: readonly StepRecord[]): readonly string[] {
  return steps.map(({ dataset, step, rows, dropped, unjudged }) => {
    const kept = rows - dropped - unjudged.count;
    const unknown =
      unjudged.count === 0 ? '' : ` · ${formatCount(unjudged.count)} that it cannot judge left out (see data.json)`;
    return `  ${dataset}: ${step} · ${formatCount(kept)} of ${formatCount(rows)} rows kept${unknown}`;
  });
}
