import { canonicalJson, type Json } from '../plan/canonical-json.ts';
import { change } from './diff-context.ts';
import type { Change, ChangeEffect, ValueUnit } from './types.ts';

/** How a member of a plan's record is shown. */
export interface FieldRow {
  readonly label?: string;
  readonly unit?: ValueUnit;
  /** Overrides the record's effect. */
  readonly effect?: ChangeEffect;
}

export interface FieldRules {
  readonly rows: Readonly<Record<string, FieldRow>>;
  /** Members that other changes speak of. */
  readonly skip: readonly string[];
  /** Effect of a member that has none of its own. */
  readonly effect: ChangeEffect;
}

/**
 * A change for every member in which two records differ. A member that has no row is shown all the same, as JSON: nothing of
 * a plan is passed over because this page does not know it.
 */
export function fieldChanges(old: object, next: object, { rows, skip, effect }: FieldRules): readonly Change[] {
  const [before, after] = [old as Record<string, Json>, next as Record<string, Json>];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !skip.includes(name));
  return names.flatMap((name) => {
    const [a, b] = [before[name] ?? null, after[name] ?? null];
    if (sameJson(a, b)) return [];
    const row = rows[name] ?? {};
    if (row.unit === undefined && isRecord(a) && isRecord(b)) {
      const inner = fieldChanges(a, b, { rows: {}, skip: [], effect: row.effect ?? effect });
      return inner.map((each) => ({ ...each, name: `${row.label ?? name}.${each.name}` }));
    }
    return [
      change({
        action: 'changed',
        subject: 'attribute',
        name: row.label ?? name,
        unit: row.unit ?? unitOf(a, b),
        old: a,
        new: b,
        effect: row.effect ?? effect,
      }),
    ];
  });
}

export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}

function isRecord(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unitOf(a: Json, b: Json): ValueUnit {
  const kinds = [a, b].filter((value) => value !== null).map((value) => typeof value);
  if (kinds.every((kind) => kind === 'number')) return 'number';
  return kinds.every((kind) => kind === 'string' || kind === 'boolean') ? 'text' : 'json';
}
