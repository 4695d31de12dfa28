import { type PlanDataset, type PlanStep, stepText } from '../../../compiler/plan/index.ts';
import { DataError } from '../data-error.ts';
import { countsOf } from './read-columns.ts';

/** Throws DataError for a dataset with a step that cannot be taken here: one that needs a model. */
export function requireDerivable({ name, steps }: PlanDataset): void {
  for (const step of steps) {
    const fault = faultOf(step);
    if (fault === null) continue;
    throw new DataError(
      `dataset \`${name}\`: \`${stepText(step)}\` can be planned but not run: ${fault.why}`,
      fault.help,
    );
  }
}

function faultOf(step: PlanStep): { readonly why: string; readonly help: string } | null {
  if (step.kind === 'score') {
    return {
      why: 'no classifier is run here',
      help: `score the rows elsewhere, give the files that hold the scores (\`source = local("scored/*.jsonl")\`, for example in a profile), and write the other steps anew: they read the column \`${step.column}\``,
    };
  }
  if (step.kind === 'dedup' && step.by.kind === 'embedding') {
    return {
      why: 'no embedding model is run here',
      help: 'use `dedup minhash()` or `dedup exact()`, or give files without such rows, for example in a profile',
    };
  }
  if (countsOf(step).some(({ where }) => countsOf({ kind: 'keep', where }).length > 0)) {
    return { why: 'a count stands inside of another', help: 'count in a dataset of its own first' };
  }
  return null;
}
