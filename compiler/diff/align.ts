/** Two things that are one thing in two plans; one that has no partner stands alone. */
export interface Pair<T> {
  readonly old: T | null;
  readonly new: T | null;
}

/** What identifies a thing; null when this rule says nothing of it. */
export type IdentityRule<T> = (item: T) => string | null;

/**
 * Pairs the items of two lists: by the first rule, then what is left by the second, and so on; where several have one key,
 * in order. The result is in the order of the new list, then what was removed.
 */
export function align<T>(old: readonly T[], next: readonly T[], rules: readonly IdentityRule<T>[]): readonly Pair<T>[] {
  const partners = new Map<T, T>();
  const taken = new Set<T>();
  for (const rule of rules) {
    const waiting = new Map<string, T[]>();
    for (const item of old) {
      const key = taken.has(item) ? null : rule(item);
      if (key !== null) waiting.set(key, [...(waiting.get(key) ?? []), item]);
    }
    for (const item of next) {
      const key = partners.has(item) ? null : rule(item);
      const partner = key === null ? undefined : waiting.get(key)?.shift();
      if (partner === undefined) continue;
      partners.set(item, partner);
      taken.add(partner);
    }
  }
  return [
    ...next.map((item) => ({ old: partners.get(item) ?? null, new: item })),
    ...old.filter((item) => !taken.has(item)).map((item) => ({ old: item, new: null })),
  ];
}
