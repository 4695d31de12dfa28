import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { RunError } from '../../train/run-error.ts';
import type { ScoringPlan, Sequence } from './plan-scoring.ts';
import type { Scorer } from './scorer.ts';

/** What a model says of the labels of one sequence. */
export interface SequenceScore {
  /** Sum over the labels, in nats. */
  readonly logProbability: number;
  readonly labels: number;
  /** Whether each label is the likeliest token at its place: greedy decoding would write them. */
  readonly isGreedy: boolean;
}

export interface ScoringProgress {
  /** Aborted: stop between two batches and throw the signal's reason. */
  readonly interrupted: AbortSignal;
  /** Part of the labels scored so far, 0 to 1. */
  readonly onProgress?: (part: number) => void;
}

/**
 * Scores of sequences in their order. Sums are taken in double precision, label by label in the sequence's order, so that they
 * do not depend on the batches. Throws RunError where a log-probability is no number: the model has diverged.
 */
export async function scoreSequences(
  sequences: readonly Sequence[],
  plan: ScoringPlan,
  scorer: Scorer,
  { interrupted, onProgress }: ScoringProgress,
): Promise<readonly SequenceScore[]> {
  const found = sequences.map(({ labels }) => ({ values: new Float32Array(labels.length), isGreedy: true }));
  const total = sequences.reduce((sum, { labels }) => sum + labels.length, 0);
  let done = 0;
  for (const batch of plan.batches()) {
    await eventLoopTurn();
    interrupted.throwIfAborted();
    const { logProbabilities, likeliest } = await scorer.score(batch);
    for (const [n, { of, at }] of batch.owners.entries()) {
      const score = found[of]!;
      score.values[at] = logProbabilities[n]!;
      if (likeliest[n] !== batch.labels[n]) score.isGreedy = false;
    }
    done += batch.owners.length;
    onProgress?.(done / total);
  }
  return found.map(({ values, isGreedy }) => ({ logProbability: sumOf(values), labels: values.length, isGreedy }));
}

function sumOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  if (Number.isNaN(sum)) {
    throw new RunError('a log-probability is not a number: the model has diverged', {
      help: 'evaluate an earlier checkpoint: `--step N`',
    });
  }
  return sum;
}
