/** The steps that rows of a derived dataset pass, in order, and the conditions that these put to a row. */

/** One step of a derived dataset. Its canonical smol text is `stepText` of it. */
export type PlanStep =
  /** Keeps the rows for which the condition is true. */
  | { readonly kind: 'keep'; readonly where: PlanCondition }
  /** Drops the rows for which it is true, or a part of them: "1", "0.9". */
  | { readonly kind: 'drop'; readonly part: string; readonly where: PlanCondition }
  | { readonly kind: 'dedup'; readonly by: PlanDedup }
  /** Drops rows that share a run of `n` words with one of the sets. */
  | { readonly kind: 'decontaminate'; readonly n: number; readonly against: readonly PlanEvaluationSet[] }
  /** Adds a column with the score of one of the plan's classifiers, or of one of the hub. */
  | { readonly kind: 'score'; readonly column: string; readonly by: PlanScorer }
  /** Keeps a part of the rows, as an exact text, or a number of them. */
  | { readonly kind: 'sample'; readonly amount: string | number };

export type PlanDedup =
  | { readonly kind: 'exact' }
  | { readonly kind: 'minhash'; readonly bands: number; readonly hashes: number; readonly ngram: number }
  | { readonly kind: 'embedding'; readonly model: string; readonly similarity: string };

/** Rows that training must not have seen: another dataset of the plan, or the rows of an evaluation task by name or file. */
export type PlanEvaluationSet =
  | { readonly kind: 'dataset'; readonly dataset: string }
  | { readonly kind: 'task'; readonly task: string };

export type PlanScorer =
  | { readonly kind: 'classifier'; readonly classifier: string }
  | { readonly kind: 'hf'; readonly repository: string };

/** What a step asks of a row. Where a row lacks a column, the answer may be unknown (Kleene's logic). */
export type PlanCondition =
  | { readonly kind: 'and' | 'or'; readonly terms: readonly PlanCondition[] }
  | { readonly kind: 'not'; readonly term: PlanCondition }
  | {
      readonly kind: 'compare';
      readonly left: PlanOperand;
      readonly comparison: '<' | '<=' | '>' | '>=' | '==' | '!=';
      readonly right: PlanOperand;
    }
  | { readonly kind: 'in'; readonly left: PlanOperand; readonly values: readonly PlanConstant[] }
  /** `pattern` is a regular expression in RE2's syntax, found anywhere in the value. */
  | { readonly kind: 'matches'; readonly left: PlanOperand; readonly pattern: string };

export type PlanOperand =
  | PlanConstant
  /** A column of the row, or a field inside of one. */
  | { readonly kind: 'column'; readonly path: readonly string[] }
  /** How many rows that come to the step fulfil `where`, of those with the same value of `by`. */
  | { readonly kind: 'count'; readonly where: PlanCondition; readonly by: readonly string[] };

export type PlanConstant =
  /** Exact: "8192", "0.5", "-1". */
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean };
