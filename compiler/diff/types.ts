import type { Json } from '../plan/canonical-json.ts';
import type { PlanDiagnostic } from '../plan/types.ts';

/**
 * The difference of two plans as a tree of changes: what both renderers and `--format json` show, and what a resume obeys.
 * Unchanged things are not in it. One edited fact is one change; what follows from it stands in `consequences`, or in a
 * change of its own whose reason says so.
 */
export interface PlanDiff {
  readonly diff_version: 1;
  readonly old: DiffSide;
  readonly new: DiffSide;
  /** Where the old side's run stands; null when it is no run. */
  readonly position: RunPosition | null;
  /** Of the whole: the worst of the changes. */
  readonly effect: ChangeEffect;
  /** Anything but names, order and how stages are cut: what `smol diff --exit-code` reports. */
  readonly meaning_changed: boolean;
  readonly changes: readonly Change[];
  readonly totals: readonly Consequence[];
  readonly diagnostics: { readonly added: readonly PlanDiagnostic[]; readonly gone: readonly PlanDiagnostic[] };
  readonly counts: DiffCounts;
}

export interface DiffSide {
  readonly recipe: string;
  readonly profile: string | null;
  readonly hash: string;
}

/** A run that has done so many steps, counted over all phases. */
export interface RunPosition {
  readonly step: number;
  readonly tokens: number;
}

export interface DiffCounts {
  /** Changes that somebody wrote; what follows from others is not counted. */
  readonly changes: number;
  readonly unchanged_stages: number;
  readonly unchanged_datasets: number;
}

/**
 * `divided`: stages that are cut elsewhere and compute the same.
 */
export type ChangeAction = 'added' | 'removed' | 'changed' | 'renamed' | 'moved' | 'divided';

/**
 * Why a change is in the tree, a closed list:
 * - `written`: the recipes say something else
 * - `rescaled`: shares that make room for others and keep their proportions
 * - `follows`: the consequence of another change
 * - `same_source`, `same_range`: another name, recognised by what it is
 * - `same_steps`: another way to say the same steps
 */
export type ChangeReason = 'written' | 'rescaled' | 'follows' | 'same_source' | 'same_range' | 'same_steps';

export type ChangeSubject =
  | 'recipe'
  | 'setting'
  | 'tokenizer'
  | 'model'
  | 'dataset'
  | 'classifier'
  | 'phase'
  | 'stage'
  | 'stages'
  | 'share'
  | 'schedule'
  | 'optimizer'
  | 'checkpoint'
  | 'attribute'
  | 'cluster'
  | 'evaluation'
  | 'ablation';

/** How a value is written for people. */
export type ValueUnit =
  | 'text'
  | 'count'
  | 'tokens'
  | 'steps'
  | 'rows'
  | 'epochs'
  | 'share'
  | 'learning_rate'
  | 'number'
  | 'source'
  | 'start'
  | 'range'
  | 'names'
  | 'json';

/** What a change does to a run. Ordered from the best to the worst. */
export type ChangeClass = 'no_effect' | 'future_only' | 'changes_past' | 'new_run';

export interface ChangeEffect {
  readonly class: ChangeClass;
  /** First step (1-based, over all phases) that computes something else; null for `no_effect` and `new_run`. */
  readonly from_step: number | null;
  /** Tokens trained before that step. */
  readonly from_tokens: number | null;
}

export interface Change {
  readonly action: ChangeAction;
  readonly subject: ChangeSubject;
  /** In the new plan; of a removed thing in the old one. */
  readonly name: string;
  /** Where it is another one. */
  readonly old_name: string | null;
  /** The phase that it belongs to, by its new name; null outside of phases. */
  readonly phase: string | null;
  readonly unit: ValueUnit;
  readonly old: Json;
  readonly new: Json;
  readonly reason: ChangeReason;
  readonly effect: ChangeEffect;
  readonly consequences: readonly Consequence[];
  readonly children: readonly Change[];
  /** What is most likely wrong about it; only where there is something. */
  readonly warning?: string;
}

export type Quantity =
  | 'tokens'
  | 'steps'
  | 'epochs'
  | 'parameters'
  | 'flops'
  | 'gpu_hours'
  | 'cost_usd'
  | 'checkpoint_bytes'
  /** Where a decay starts. */
  | 'starts_at_tokens';

/** What a change does to a quantity; null where it is unknown. */
export interface Consequence {
  readonly quantity: Quantity;
  readonly old: number | null;
  readonly new: number | null;
  /** Epochs that are accepted, when the new side passes them. */
  readonly limit: number | null;
  /** The stage whose first step the new value is, for `starts_at_tokens`. */
  readonly aligned_with: string | null;
}
