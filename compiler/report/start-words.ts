import type { PlanStart } from '../plan/types.ts';
import { formatCount } from './format-number.ts';

/** Where the weights of a phase come from: `from pretrain at step 1,430,000`. */
export function startWords(from: Exclude<PlanStart, { readonly kind: 'fresh' }>): string {
  switch (from.kind) {
    case 'phase':
      return from.step === null ? `from ${from.phase}` : `from ${from.phase} at step ${formatCount(from.step)}`;
    case 'weights':
      return `from ${from.source.kind === 'hf' ? from.source.repository : 'local weights'}`;
    case 'checkpoint':
    case 'nanotron':
      return `from ${from.path}`;
  }
}
