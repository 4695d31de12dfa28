import type { Plan, PlanPhase } from '../../compiler/plan/index.ts';
import type { EngineDemand } from '../engine/capabilities.ts';
import { shapeAt } from './step-position.ts';

/** Bytes of a float32. */
const valueBytes = 4;
/** What training keeps of every parameter: itself, its gradient, and AdamW's two moments. */
const trainingCopies = 4;
/** Floating-point operations for each parameter and token, forward and backward (Kaplan et al. 2020, section 2.1). */
const flopsPerParameterAndToken = 6;

/**
 * What the largest step of a phase asks of an engine. The largest array is the logits of a batch, [tokens, vocab], or the
 * embedding; the memory counts state, logits and their gradient, and leaves out the other activations: a lower bound.
 */
export function engineDemand({ model }: Plan, phase: PlanPhase): EngineDemand {
  const shapes = phase.segments.map(({ first_step }) => shapeAt(phase, first_step));
  const tokens = Math.max(...shapes.map(({ sequences, sequence }) => sequences * sequence));
  const logits = tokens * model.vocab * valueBytes;
  return {
    precision: phase.precision,
    largestArrayBytes: Math.max(logits, model.vocab * model.hidden * valueBytes),
    memoryBytes: model.parameters * valueBytes * trainingCopies + 2 * logits,
    stepFlops: flopsPerParameterAndToken * model.parameters * tokens,
  };
}
