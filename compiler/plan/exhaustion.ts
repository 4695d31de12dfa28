import Fraction from 'fraction.js';
import type { ResolvedDataset } from '../normalize/types.ts';
import { positionOf } from './consumption.ts';
import { exactText } from './exact.ts';
import { epochLimit, tokensOfEpochs } from './plan-datasets.ts';
import { createRunSampler, type RunSamplerOptions } from './sampler/run-sampler.ts';
import { segmentsOf } from './segments.ts';
import type { PlanSegment } from './types.ts';

/** A dataset that is not read beyond its limit. */
export interface ExhaustionRule {
  readonly dataset: string;
  readonly policy: 'stop' | 'redistribute';
  /** Ids whose tokens count against it. */
  readonly group: ReadonlySet<string>;
  /** Tokens of all the epochs that it may be read. */
  readonly allowed: number;
}

/** A dataset that ran out: `lastStep` is the last step of the phase that could be filled with it; 0 for none. */
export interface Exhausted {
  readonly rule: ExhaustionRule;
  readonly lastStep: number;
  /** Why the plan cannot do what the rule says: nothing else is read there, too many datasets run out, or no step is left. */
  readonly problem: 'alone' | 'too-many' | 'no-step' | null;
}

/** Datasets that may run out in one phase: each cuts segments, which the plan lists. */
export const mostExhausted = 64;

/** The segments that are left, and what ran out, in order. */
export interface ExhaustedSegments {
  readonly segments: readonly PlanSegment[];
  readonly exhausted: readonly Exhausted[];
}

/** The rules of a recipe's datasets; those of unknown size have none. */
export function exhaustionRules(
  datasets: readonly ResolvedDataset[],
  groups: ReadonlyMap<string, ReadonlySet<string>>,
): readonly ExhaustionRule[] {
  return datasets.flatMap((dataset) => {
    const policy = dataset.onExhaustion.value;
    const size = dataset.sizeTokens?.value ?? null;
    if (size === null || policy === 'repeat' || policy === 'error') return [];
    const allowed = tokensOfEpochs(epochLimit(dataset), size);
    return [{ dataset: dataset.name, policy, group: groups.get(dataset.name)!, allowed }];
  });
}

/**
 * Applies the rules to a phase, in the order in which its datasets run out. Segments hold whole steps, so a dataset is last
 * read in the last step that it can fill its part of. From the next one on, `redistribute` divides its share among the other
 * datasets of a segment in proportion to theirs, and `stop` ends the phase. What was before keeps every pick: a segment's
 * picks follow from its first step.
 */
export function applyExhaustion(
  asked: readonly PlanSegment[],
  rules: readonly ExhaustionRule[],
  run: RunSamplerOptions & { readonly seed: number },
): ExhaustedSegments {
  let segments = asked;
  let left = rules;
  const exhausted: Exhausted[] = [];
  while (left.length > 0 && segments.length > 0) {
    const next = firstToRunOut(segments, left, run);
    if (next === null) break;
    left = left.filter((rule) => rule !== next.rule);
    const before = stepsBefore(segments, next.step);
    const after = next.rule.policy === 'stop' ? [] : withoutGroup(stepsFrom(segments, next.step), next.rule.group);
    const problem = problemOf(before.length, after, exhausted.length);
    exhausted.push({ rule: next.rule, lastStep: next.step - 1, problem });
    // What was asked stands then: there is nothing else to plan.
    if (after === null || problem !== null) break;
    segments = segmentsOf([...before, ...after].map((each) => ({ settings: each, shares: each.shares })));
    if (next.rule.policy === 'stop') break;
  }
  return { segments, exhausted };
}

function problemOf(before: number, after: readonly PlanSegment[] | null, others: number): Exhausted['problem'] {
  if (after === null) return 'alone';
  if (before + after.length === 0) return 'no-step';
  return others === mostExhausted ? 'too-many' : null;
}

/** The rule whose dataset is read beyond its limit first, and the step that does it. */
function firstToRunOut(
  segments: readonly PlanSegment[],
  rules: readonly ExhaustionRule[],
  run: RunSamplerOptions & { readonly seed: number },
): { readonly rule: ExhaustionRule; readonly step: number } | null {
  const sampler = createRunSampler({ kind: 'pretrain', segments }, run.seed, run);
  const sampled = { phase: { steps: segments.at(-1)!.last_step, tokens: 0, segments }, sampler, tokensBefore: 0 };
  let first: { readonly rule: ExhaustionRule; readonly step: number } | null = null;
  for (const rule of rules) {
    // Segments that do not read it can only be reached with the limit already behind.
    const reading = segments.find(({ shares }) => shares.some(({ dataset_id }) => rule.group.has(dataset_id)));
    if (reading === undefined) continue;
    const before = [...rule.group].reduce((sum, id) => sum + sampler.tokensReadBefore(1, id), 0);
    const reached = before > rule.allowed ? 1 : positionOf([sampled], rule.group, rule.allowed + 1)?.step;
    if (reached === undefined) continue;
    const step = Math.max(reached, reading.first_step);
    if (first === null || step < first.step) first = { rule, step };
  }
  return first;
}

function stepsBefore(segments: readonly PlanSegment[], step: number): readonly PlanSegment[] {
  return segments
    .filter(({ first_step }) => first_step < step)
    .map((segment) => (segment.last_step < step ? segment : { ...segment, last_step: step - 1 }));
}

function stepsFrom(segments: readonly PlanSegment[], step: number): readonly PlanSegment[] {
  return segments
    .filter(({ last_step }) => last_step >= step)
    .map((segment) => (segment.first_step >= step ? segment : { ...segment, first_step: step }));
}

/** The segments with the shares of a group divided among the others; null where one has no others. */
function withoutGroup(segments: readonly PlanSegment[], group: ReadonlySet<string>): readonly PlanSegment[] | null {
  const kept: PlanSegment[] = [];
  for (const segment of segments) {
    const others = segment.shares.filter(({ dataset_id }) => !group.has(dataset_id));
    if (others.length === 0) return null;
    const sum = others.reduce((all, { share }) => all.add(new Fraction(share)), new Fraction(0));
    const shares = others.map((each) => ({ ...each, share: exactText(new Fraction(each.share).div(sum)) }));
    kept.push(others.length === segment.shares.length ? segment : { ...segment, shares });
  }
  return kept;
}
