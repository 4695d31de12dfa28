import { createHash } from 'node:crypto';
import Fraction from 'fraction.js';
import { type PlanStep, stepText } from '../../../compiler/plan/index.ts';
import { DataError } from '../data-error.ts';
import { createHoldoutChooser } from '../holdout.ts';
import { type Answer, opposite } from './answer.ts';
import { type CountOf, columnOf, compileCondition } from './compile-condition.ts';
import type { DerivationStep } from './derivation-step.ts';
import { createNearDuplicates, minhashBands } from './minhash.ts';
import type { NgramOverlap } from './ngram-overlap.ts';
import { asksFor, countsOf } from './read-columns.ts';
import { rankOf, ranks } from './row-choice.ts';
import type { ComputedColumns, RowView } from './row-view.ts';

/** A step at work. */
export interface RowStage {
  /** As a recipe writes it. */
  readonly text: string;
  readonly asksForTokens: boolean;
  readonly asksForLanguage: boolean;
  /** Sees every row that comes to the step before `keeps` is asked of the first; null where each row is judged by itself. */
  readonly gather: ((row: RowView, index: number, computed: ComputedColumns) => void) | null;
  /** Whether a row passes. Asked once a row, in the order of rows. */
  keeps(row: RowView, index: number, computed: ComputedColumns): Answer;
}

export interface StageContext {
  readonly seed: number;
  /** The sets of a `decontaminate` step. */
  readonly overlapOf: (step: PlanStep) => NgramOverlap;
}

/** Rows whose texts are compared with each other are remembered: of more than this the step is refused. */
export const mostComparedRows = 10_000_000;

/** Throws an Error for steps that `requireDerivable` refuses. */
export function createRowStage({ dataset, work }: DerivationStep, context: StageContext): RowStage {
  if (work.kind === 'holdout') return holdoutStage(work.rows);
  const { step, choice } = work;
  const base = {
    text: stepText(step),
    asksForTokens: asksFor(step, 'tokens'),
    asksForLanguage: asksFor(step, 'language'),
  };
  switch (step.kind) {
    case 'keep':
    case 'drop':
      return { ...base, ...conditionStage(step, choice, context) };
    case 'sample':
      return { ...base, ...sampleStage(step.amount, choice, context) };
    case 'dedup':
      return { ...base, ...(step.by.kind === 'minhash' ? nearStage(step.by, dataset.name) : exactStage(dataset.name)) };
    case 'decontaminate': {
      const overlap = context.overlapOf(step);
      return { ...base, gather: null, keeps: ({ text }) => !overlap.sharesRun(text) };
    }
    case 'score':
      throw new Error('a step that scores rows was not refused');
  }
}

type Work = Pick<RowStage, 'gather' | 'keeps'>;

function conditionStage(
  step: PlanStep & { readonly kind: 'keep' | 'drop' },
  choice: string,
  { seed }: StageContext,
): Work {
  const counts = countsOf(step);
  const groups = counts.map(() => new Map<string, number>());
  const countOf: CountOf = (operand, group) => groups[counts.indexOf(operand)]?.get(group) ?? 0;
  const condition = compileCondition(step.where, countOf);
  const counted = counts.map(({ where, by }) => ({ fulfils: compileCondition(where, countOf), by }));
  const gather = (row: RowView, _: number, computed: ComputedColumns) => {
    for (const [at, { fulfils, by }] of counted.entries()) {
      const group = columnOf(by, row, computed);
      if (typeof group === 'object' || fulfils(row, computed) !== true) continue;
      const key = JSON.stringify(group);
      groups[at]!.set(key, (groups[at]!.get(key) ?? 0) + 1);
    }
  };
  const most = step.kind === 'drop' ? new Fraction(step.part).mul(ranks).valueOf() : ranks;
  const isChosen = ({ key }: RowView) => most === ranks || rankOf(key, choice, seed) < most;
  return {
    gather: counts.length === 0 ? null : gather,
    keeps(row, _, computed) {
      const answer = condition(row, computed);
      if (step.kind === 'keep') return answer;
      return answer === true && !isChosen(row) ? true : opposite(answer);
    },
  };
}

function sampleStage(amount: string | number, choice: string, { seed }: StageContext): Work {
  if (typeof amount === 'string') {
    const most = new Fraction(amount).mul(ranks).valueOf();
    return { gather: null, keeps: ({ key }) => rankOf(key, choice, seed) < most };
  }
  let lowest: { readonly rank: number; readonly index: number }[] = [];
  let chosen: Set<number> | null = null;
  const trim = () => {
    lowest.sort((a, b) => a.rank - b.rank || a.index - b.index);
    lowest = lowest.slice(0, amount);
  };
  return {
    gather(row, index) {
      lowest.push({ rank: rankOf(row.key, choice, seed), index });
      if (lowest.length > 2 * amount + 1024) trim();
    },
    keeps(_, index) {
      if (chosen === null) {
        trim();
        chosen = new Set(lowest.map((each) => each.index));
      }
      return chosen.has(index);
    },
  };
}

function exactStage(dataset: string): Work {
  const seen = new Set<string>();
  return {
    gather: null,
    keeps({ text }) {
      const before = seen.size;
      seen.add(exactKey(text));
      if (seen.size > mostComparedRows) throw tooManyRows(dataset);
      return seen.size > before;
    },
  };
}

/** Instead of the text itself, which may be long. */
function exactKey(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function nearStage(by: Parameters<typeof minhashBands>[1], dataset: string): Work {
  const near = createNearDuplicates();
  return {
    gather({ text }, index) {
      near.add(index, minhashBands(text, by));
      if (near.size > mostComparedRows) throw tooManyRows(dataset);
    },
    keeps: (_, index) => !near.isRepeated(index),
  };
}

function holdoutStage(rows: number): RowStage {
  const chooser = createHoldoutChooser(rows);
  let rule: ((text: string) => boolean) | null = null;
  return {
    text: `holdout = ${rows} rows`,
    asksForTokens: false,
    asksForLanguage: false,
    gather: ({ key }) => chooser.see(key),
    keeps({ key }) {
      rule ??= chooser.choose().rule;
      return !rule(key);
    },
  };
}

function tooManyRows(dataset: string): DataError {
  return new DataError(
    `dataset \`${dataset}\` compares more than ${mostComparedRows.toLocaleString('en-US')} rows with each other, and remembers each`,
    'let fewer rows come to `dedup`: keep or sample before it',
  );
}
