import { formatCount, formatTokens } from '../../../compiler/index.ts';
import type { SkipRecord } from '../../../runtime/index.ts';

/** "steps 41 to 45 skipped, for the spike at step 45": what a record leaves out, and why. */
export function skipText({ kind, step, first, last }: SkipRecord): string {
  const steps = first === last ? `step ${formatCount(first)}` : `steps ${formatCount(first)} to ${formatCount(last)}`;
  const why = kind === 'rewind' ? `for the spike at step ${formatCount(step)}` : 'as `--skip-batch` asked';
  return `${steps} skipped, ${why}`;
}

/** "320 tokens (speeches 160, code 160)". */
export function skippedTokens({ datasets }: SkipRecord): string {
  const total = datasets.reduce((sum, { tokens }) => sum + tokens, 0);
  const each = datasets.map(({ dataset, tokens }) => `${dataset} ${formatTokens(tokens)}`).join(', ');
  return `${formatTokens(total)} tokens${each === '' ? '' : ` (${each})`}`;
}
