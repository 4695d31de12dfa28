import type { Reference, Verb } from '../../grammar/index.ts';

/** The classifiers that steps score with by name, in the order of first mention; a repository of the hub is none of them. */
export function scoreClassifiers(steps: readonly Verb[]): readonly Reference[] {
  const first = new Map<string, Reference>();
  for (const step of steps) {
    if (step.kind !== 'score') continue;
    for (const { value } of step.call.arguments) {
      if (value.kind === 'reference' && !first.has(nameOfReference(value))) first.set(nameOfReference(value), value);
    }
  }
  return [...first.values()];
}

/** A reference as it is written. */
export function nameOfReference({ path }: Reference): string {
  return path.map(({ text }) => text).join('.');
}
