/** Names in an order in which each stands after all it needs, and the rings that have no such order. */
export interface DependencyOrder {
  /** All names, those of rings and those that need one included. */
  readonly order: readonly string[];
  /** Each ring once, in the direction of need, without repeating its first name. */
  readonly cycles: readonly (readonly string[])[];
}

/**
 * Orders names by what they need; needs that are no names are left out. Depth first with an explicit stack, so that a chain
 * of any length is no recursion; linear in names and needs.
 */
export function dependencyOrder(
  names: Iterable<string>,
  needsOf: (name: string) => readonly string[],
): DependencyOrder {
  const known = new Set(names);
  const place = new Map<string, number | 'done'>();
  const order: string[] = [];
  const cycles: string[][] = [];
  for (const first of known) {
    if (place.has(first)) continue;
    const path = [{ name: first, needs: [...needsOf(first)] }];
    place.set(first, 0);
    while (path.length > 0) {
      const current = path.at(-1)!;
      const next = current.needs.shift();
      if (next === undefined) {
        path.pop();
        place.set(current.name, 'done');
        order.push(current.name);
        continue;
      }
      const at = place.get(next);
      if (typeof at === 'number') cycles.push(path.slice(at).map((entry) => entry.name));
      else if (at === undefined && known.has(next)) {
        place.set(next, path.length);
        path.push({ name: next, needs: [...needsOf(next)] });
      }
    }
  }
  return { order, cycles };
}
