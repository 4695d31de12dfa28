import { formatCount, formatTokens } from '../../compiler/index.ts';
import type { AblationReport } from '../../runtime/index.ts';

/** `20 steps, 640 tokens`; where arms read sets of unlike sizes, from the fewest steps to the most. */
export function armsLength(arms: readonly Pick<AblationReport['arms'][number], 'steps' | 'tokens'>[]): string {
  const steps = arms.map((arm) => arm.steps);
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  const tokens = arms[0]?.tokens ?? null;
  const range = least === most ? formatCount(most) : `${formatCount(least)} to ${formatCount(most)}`;
  return `${range} steps${tokens === null ? '' : `, ${formatTokens(tokens)} tokens`}`;
}
