import type { PlanDiagnostic } from '../plan/types.ts';
import type { DiffContext } from './diff-context.ts';
import type { Change, PlanDiff } from './types.ts';

/**
 * Warnings and notes that only one side has. Two are one when they have a code and speak of the same things, by their new
 * names: their numbers and places move with every edit and say nothing new.
 */
export function diagnosticChanges(
  { old, new: next }: DiffContext,
  changes: readonly Change[],
): PlanDiff['diagnostics'] {
  const renames = new Map(changes.flatMap(({ old_name, name }) => (old_name === null ? [] : [[old_name, name]])));
  const before = old.diagnostics.map((each) => ({ each, key: keyOf(each, renames) }));
  const after = next.diagnostics.map((each) => ({ each, key: keyOf(each, new Map()) }));
  return { added: without(after, before), gone: without(before, after) };
}

interface Keyed {
  readonly each: PlanDiagnostic;
  readonly key: string;
}

function without(all: readonly Keyed[], known: readonly Keyed[]): readonly PlanDiagnostic[] {
  const keys = new Set(known.map(({ key }) => key));
  return all.filter(({ key }) => !keys.has(key)).map(({ each }) => each);
}

/** The code and what stands between backticks. */
function keyOf({ code, message }: PlanDiagnostic, renames: ReadonlyMap<string, string>): string {
  const names = [...message.matchAll(/`([^`]*)`/g)].map(([, name]) => renames.get(name!) ?? name!);
  return [code, ...names].join(' ');
}
