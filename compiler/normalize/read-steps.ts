import { type Reference, type Verb, vocabulary } from '../../grammar/index.ts';
import { readCondition } from '../bind/read-condition.ts';
import type { CallValue } from '../bind/value.ts';
import * as rows from '../diagnostics/catalogue/steps.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import { exactText } from '../plan/exact.ts';
import type { PlanDedup, PlanScorer, PlanStep } from '../plan/step-types.ts';
import type { Quantity } from '../quantity/quantity.ts';
import { readComparedSets } from './read-compared-sets.ts';
import type { ReadContext } from './read-required.ts';
import { type Reading, readArgument } from './read-value.ts';
import { nameOfReference } from './score-classifiers.ts';

const { minhash, embedding, ngram, classify } = vocabulary.stepFunctions;

/** Hashes of a row's MinHash signature: some ninety times datatrove's, and a row of 1,000 words takes tens of milliseconds. */
const mostHashes = 10_000;

/** How names in steps are looked up; null, with a diagnostic, where one is none of its kind. */
export interface StepScope extends ReadContext {
  /** The dataset as messages call it. */
  readonly block: string;
  readonly datasetOf: (reference: Reference) => string | null;
}

/** The steps of a dataset with every default in place; null when one has an error (a diagnostic says why). */
export function readSteps(steps: readonly Verb[], scope: StepScope): readonly PlanStep[] | null {
  const read = steps.map((step) => readStep(step, scope));
  return read.includes(null) ? null : (read as PlanStep[]);
}

function readStep(step: Verb, scope: StepScope): PlanStep | null {
  const { values } = scope;
  switch (step.kind) {
    case 'keep':
      return { kind: 'keep', where: readCondition(step.where) };
    case 'drop': {
      const part = step.percent === null ? '1' : partOf(values.get(step.percent) as Quantity | null | undefined);
      return part === null ? null : { kind: 'drop', part, where: readCondition(step.where) };
    }
    case 'sample': {
      const amount = values.get(step.amount) as Quantity | null | undefined;
      if (!amount) return null;
      return {
        kind: 'sample',
        amount: amount.dimension === 'rows' ? amount.amount.valueOf() : exactText(amount.amount),
      };
    }
    default: {
      const call = values.get(step.call) as CallValue | null | undefined;
      return call ? readCallStep(step, call, scope) : null;
    }
  }
}

function readCallStep(
  step: Extract<Verb, { readonly kind: 'dedup' | 'decontaminate' | 'score' }>,
  value: CallValue,
  scope: StepScope,
): PlanStep | null {
  const { span } = step.call;
  const call = { value, span, origin: { from: 'recipe', span } } as const;
  switch (step.kind) {
    case 'dedup': {
      const by = dedupOf(call, scope);
      return by && { kind: 'dedup', by };
    }
    case 'decontaminate': {
      const n = numberOf(readArgument(call, ngram.parameters.n));
      const against = readComparedSets(readArgument(call, ngram.parameters.against), step.call, scope);
      return n === null || against === null ? null : { kind: 'decontaminate', n, against };
    }
    case 'score': {
      const scorer = readArgument(call, classify.parameters.classifier)?.value;
      return scorer === undefined ? null : { kind: 'score', column: step.column.text, by: scorerOf(scorer) };
    }
  }
}

function dedupOf(call: Reading<CallValue>, { collector }: StepScope): PlanDedup | null {
  const { name } = call.value.row;
  if (name === minhash.name) {
    const { parameters } = minhash;
    const bands = numberOf(readArgument(call, parameters.bands));
    const hashes = numberOf(readArgument(call, parameters.hashes));
    const words = numberOf(readArgument(call, parameters.ngram));
    if (bands === null || hashes === null || words === null) return null;
    if (bands * hashes > mostHashes) {
      collector.add(diagnose(rows.signatureTooLarge, call.span, { bands, hashes, most: mostHashes }));
      return null;
    }
    return { kind: 'minhash', bands, hashes, ngram: words };
  }
  if (name !== embedding.name) return { kind: 'exact' };
  const model = readArgument(call, embedding.parameters.model);
  const similarity = partOf(readArgument(call, embedding.parameters.similarity)?.value);
  return model && similarity !== null ? { kind: 'embedding', model: model.value, similarity } : null;
}

function scorerOf(scorer: string | Reference): PlanScorer {
  return typeof scorer === 'string'
    ? { kind: 'hf', repository: scorer }
    : { kind: 'classifier', classifier: nameOfReference(scorer) };
}

function numberOf(reading: Reading<Quantity> | null): number | null {
  return reading?.value.amount.valueOf() ?? null;
}

function partOf(quantity: Quantity | null | undefined): string | null {
  return quantity ? exactText(quantity.amount) : null;
}
