import Fraction from 'fraction.js';
import { printExact } from '../quantity/print-quantity.ts';
import type { PlanCondition, PlanDedup, PlanOperand, PlanStep } from './step-types.ts';

/** How a step's text calls what it refers to. */
export interface StepNames {
  readonly classifier: (name: string) => string;
  readonly dataset: (name: string) => string;
}

const asWritten: StepNames = { classifier: (name) => name, dataset: (name) => name };

/**
 * A dataset's step in canonical smol text: one spacing, numbers in full (`8_192` and `8192` are one number), every argument,
 * defaults too. Steps that do the same thing have the same text, on which the dataset's identity rests.
 */
export function stepText(step: PlanStep, names: StepNames = asWritten): string {
  switch (step.kind) {
    case 'keep':
      return `keep where ${conditionText(step.where)}`;
    case 'drop':
      return `drop ${step.part === '1' ? '' : `${percentText(step.part)} `}where ${conditionText(step.where)}`;
    case 'dedup':
      return `dedup ${dedupText(step.by)}`;
    case 'decontaminate': {
      const sets = step.against.map((set) =>
        set.kind === 'task' ? JSON.stringify(set.task) : names.dataset(set.dataset),
      );
      return `decontaminate ngram(n = ${step.n}, against = [${sets.join(', ')}])`;
    }
    case 'score': {
      const by = step.by.kind === 'hf' ? JSON.stringify(step.by.repository) : names.classifier(step.by.classifier);
      return `score ${step.column} = classify(${by})`;
    }
    case 'sample':
      return `sample ${typeof step.amount === 'number' ? `${step.amount} rows` : percentText(step.amount)}`;
  }
}

function dedupText(by: PlanDedup): string {
  switch (by.kind) {
    case 'exact':
      return 'exact()';
    case 'minhash':
      return `minhash(bands = ${by.bands}, hashes = ${by.hashes}, ngram = ${by.ngram})`;
    case 'embedding':
      return `embedding(${JSON.stringify(by.model)}, similarity = ${percentText(by.similarity)})`;
  }
}

/** `tokens >= 8192 and not (language in ["de"])`; parentheses where the tree needs them. */
function conditionText(condition: PlanCondition): string {
  switch (condition.kind) {
    case 'or':
      return condition.terms.map(conditionText).join(' or ');
    case 'and':
      return condition.terms.map((term) => grouped(term, ['or'])).join(' and ');
    case 'not':
      return `not ${grouped(condition.term, ['or', 'and'])}`;
    case 'compare':
      return `${operandText(condition.left)} ${condition.comparison} ${operandText(condition.right)}`;
    case 'in':
      return `${operandText(condition.left)} in [${condition.values.map(operandText).join(', ')}]`;
    case 'matches':
      return `${operandText(condition.left)} matches ${JSON.stringify(condition.pattern)}`;
  }
}

function grouped(condition: PlanCondition, loose: readonly PlanCondition['kind'][]): string {
  const text = conditionText(condition);
  return loose.includes(condition.kind) ? `(${text})` : text;
}

function operandText(operand: PlanOperand): string {
  switch (operand.kind) {
    case 'number':
      return operand.value;
    case 'text':
      return JSON.stringify(operand.value);
    case 'boolean':
      return String(operand.value);
    case 'column':
      return operand.path.join('.');
    case 'count':
      return `count(${conditionText(operand.where)}) by ${operand.by.join('.')}`;
  }
}

function percentText(part: string): string {
  return `${printExact(new Fraction(part).mul(100))}%`;
}
