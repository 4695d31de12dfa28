/** The names of one kind, one after another: whoever needs a few of many does not wait for all. */
export function* namesOfKind(kinds: ReadonlyMap<string, string>, kind: string): Iterable<string> {
  for (const [name, is] of kinds) if (is === kind) yield name;
}
