import Fraction from 'fraction.js';
import type { ResolvedAblation, ResolvedArm, ResolvedPhase } from '../../normalize/types.ts';
import { placePhase } from '../../plan/plan-phase.ts';
import { block } from './block.ts';
import { countText, shareLines } from './literals.ts';
import { printEvaluation } from './print-evaluation.ts';
import { startText } from './print-pretrain.ts';
import { checkpointText, scheduleText } from './print-training.ts';
import { lengthLine } from './print-tuning.ts';

/** An ablation's block: what its arms have in common, then what each reads. */
export function printAblation({ name, of, from, arms, evaluations }: ResolvedAblation): string {
  const first = arms[0]!.phase;
  return block(`ablation ${name}`, [
    `of = ${of}`,
    from.value.kind === 'fresh' ? null : `from = ${startText(from.value)}`,
    first.kind === 'pretrain' ? `tokens = ${countText(first.tokens.value)}` : lengthLine(first.length.value),
    `schedule = ${scheduleText(first.schedule, scaleOf(first))}`,
    checkpointText(first.checkpointEvery.value, first.checkpointKeep.value),
    ...arms.map(printArm),
    ...evaluations.map(printEvaluation),
  ]);
}

function scaleOf(phase: ResolvedPhase): Fraction {
  return phase.kind === 'pretrain' ? placePhase(phase).scale : new Fraction(1);
}

function printArm({ name, phase }: ResolvedArm): string {
  if (phase.kind !== 'pretrain') {
    return block(`arm ${name}`, [`data = ${phase.data.kind === 'dataset' ? phase.data.dataset : phase.data.mixture}`]);
  }
  const { normalized, lines } = shareLines(phase.stages[0]!.shares);
  return block(`arm ${name}${normalized ? ' normalized' : ''}`, lines);
}
