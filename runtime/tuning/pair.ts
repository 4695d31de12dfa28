import type { Example } from './example.ts';

/** A pair of answers as the model reads it: each answer after the same prompt, trained on the answer alone. */
export interface Pair {
  readonly chosen: Example;
  readonly rejected: Example;
}

/** Tokens of a prompt and of the two answers to it, before anything is cut. */
export interface WholePair {
  readonly prompt: Int32Array;
  readonly chosen: Int32Array;
  readonly rejected: Int32Array;
}

export interface PairLimits {
  /** Longest prompt with its answer. */
  readonly sequence: number;
  /** Longest prompt; null: only `sequence` limits it. */
  readonly maxPrompt: number | null;
  /** Whether answers that do not fit with one token of the prompt are cut at their end. */
  readonly cutsAnswers: boolean;
}

export type FittedPair = WholePair & { readonly promptCut: boolean; readonly answersCut: boolean };

/**
 * A pair within its limits: the prompt loses its beginning before an answer loses anything. Where the longer answer leaves no
 * room for a prompt, null, or, where answers are cut, half of the sequence is the prompt's (or all of a shorter one).
 */
export function fitPair(pair: WholePair, { sequence, maxPrompt, cutsAnswers }: PairLimits): FittedPair | null {
  const { prompt, chosen, rejected } = pair;
  const asked = maxPrompt === null ? prompt.length : Math.min(prompt.length, maxPrompt);
  const answer = Math.max(chosen.length, rejected.length);
  const room = sequence - answer;
  if (room >= Math.min(1, prompt.length)) {
    const kept = Math.min(asked, room);
    return { ...pair, prompt: last(prompt, kept), promptCut: kept < prompt.length, answersCut: false };
  }
  if (!cutsAnswers) return null;
  const kept = Math.min(asked, Math.max(1, Math.floor(sequence / 2)));
  return {
    prompt: last(prompt, kept),
    chosen: chosen.slice(0, sequence - kept),
    rejected: rejected.slice(0, sequence - kept),
    promptCut: kept < prompt.length,
    answersCut: true,
  };
}

function last(tokens: Int32Array, count: number): Int32Array {
  return tokens.slice(tokens.length - count);
}
