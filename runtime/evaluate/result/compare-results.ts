import type { TaskResult, TaskSettings } from './task-result.ts';

/** A setting in which two results differ, as JSON texts; `absent` where one has none. */
export interface SettingDifference {
  readonly setting: string;
  readonly first: string;
  readonly second: string;
}

export type Comparison =
  /** Nothing can be said of which is better. */
  | { readonly comparable: false; readonly differences: readonly SettingDifference[] }
  | {
      readonly comparable: true;
      readonly metric: string;
      /** Second minus first. */
      readonly difference: number;
      /** Of the difference, the two being independent: an upper bound where they answered the same items. */
      readonly standard_error: number | null;
      /** null: the difference is within twice its error. */
      readonly better: 'first' | 'second' | null;
    };

/** Compares two results of one task. They compare only where all their settings are equal. */
export function compareResults(first: TaskResult, second: TaskResult): Comparison {
  const settings = differences(
    { ...first.settings, task: first.task, metric: first.primary, items: first.items },
    { ...second.settings, task: second.task, metric: second.primary, items: second.items },
  );
  if (settings.length > 0) return { comparable: false, differences: settings };
  const [a, b] = [first.metrics[first.primary]!, second.metrics[second.primary]!];
  const difference = b.value - a.value;
  const error =
    a.standard_error === null || b.standard_error === null ? null : Math.hypot(a.standard_error, b.standard_error);
  const isClear = error !== null && Math.abs(difference) > 2 * error;
  const isSecond = isLowerBetter(first.primary) ? difference < 0 : difference > 0;
  const better = isClear ? (isSecond ? 'second' : 'first') : null;
  return { comparable: true, metric: first.primary, difference, standard_error: error, better };
}

/** Of perplexities and losses less is better, of all else more. */
export function isLowerBetter(metric: string): boolean {
  return /^(perplexity|loss|bits_per_byte)/.test(metric);
}

function differences(first: TaskSettings, second: TaskSettings): SettingDifference[] {
  const names = [...new Set([...Object.keys(first), ...Object.keys(second)])].sort();
  const text = (of: TaskSettings, name: string) => (name in of ? JSON.stringify(of[name]) : 'absent');
  return names
    .map((setting) => ({ setting, first: text(first, setting), second: text(second, setting) }))
    .filter((each) => each.first !== each.second);
}
