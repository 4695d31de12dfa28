import Fraction from 'fraction.js';
import type { AblationReading, ArmReading } from './read-ablation.ts';
import type { PretrainReading } from './read-pretrain.ts';
import type { ReadContext } from './read-required.ts';
import { tokensPerStep } from './read-stages.ts';
import { resolvePretrain } from './resolve-pretrain.ts';
import { resolveTuning } from './resolve-tuning.ts';
import type { ResolvedAblation, ResolvedArm } from './types.ts';

/** An ablation without holes; null when something in it is wrong. `before` is its phase without `scaled_to`. */
export function resolveAblation(
  { block, of, start, arms, evaluations }: AblationReading,
  before: PretrainReading | null,
  context: ReadContext,
): ResolvedAblation | null {
  const resolved = arms.map((arm) => resolveArm(arm, before, context));
  if (block.name === null || start === null || resolved.includes(null) || evaluations.includes(null)) return null;
  return {
    name: block.name.text,
    span: block.head,
    of,
    from: start,
    arms: resolved.filter((arm) => arm !== null),
    evaluations: evaluations.filter((each) => each !== null),
  };
}

function resolveArm(arm: ArmReading, before: PretrainReading | null, context: ReadContext): ResolvedArm | null {
  const { name } = arm.block;
  if (name === null) return null;
  if (arm.kind === 'tuning') {
    const phase = resolveTuning(arm.phase, context.values);
    return phase && { name: name.text, nameSpan: name.span, phase };
  }
  const phase = resolvePretrain(arm.phase, [arm.shares], null, context);
  if (phase === null) return null;
  const scaledFrom = before && scaledFromOf(arm.writtenTokens, before);
  return { name: name.text, nameSpan: name.span, phase: { ...phase, scaledFrom } };
}

/** The arm as it would be without the profile that scales its phase: one stage, in steps of the size that the phase had. */
function scaledFromOf(tokens: Fraction | null, { shape }: PretrainReading) {
  const size = tokensPerStep(shape);
  if (tokens === null || size === null) return null;
  return { tokens: tokens.valueOf(), stages: [{ from: new Fraction(0), to: tokens, tokensPerStep: size }] };
}
