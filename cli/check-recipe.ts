import { type CompilerHost, compileRecipe, type Diagnostic, type SourceText } from '../compiler/index.ts';

/** What a recipe is checked with. Without a profile, it is checked as it stands and with each of its profiles. */
export interface CheckOptions {
  readonly profile: string | undefined;
  readonly settings: readonly string[];
}

export interface CheckedRecipe {
  /** Each once; what shows only with a profile says so in a note. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceText>;
}

/** All that can be said about a recipe in one pass: a mistake in a profile is found before somebody runs it. */
export function checkRecipe(path: string, host: CompilerHost, options: CheckOptions): CheckedRecipe {
  const { file, diagnostics, sources } = compileRecipe(path, host, options);
  if (options.profile !== undefined) return { diagnostics, sources };
  const all = [...diagnostics];
  const known = new Set(all.map(identity));
  for (const item of file.items) {
    if (item.kind !== 'block' || item.keyword.text !== 'profile' || item.name === null) continue;
    const profile = item.name.text;
    const found = compileRecipe(path, host, { ...options, profile }).diagnostics;
    for (const diagnostic of found.filter((one) => !known.has(identity(one)))) {
      known.add(identity(diagnostic));
      // Notes of a profile would mostly be about its small size, which is what it is for.
      if (diagnostic.severity === 'note') continue;
      all.push({ ...diagnostic, notes: [...diagnostic.notes, `this shows with \`--profile ${profile}\``] });
    }
  }
  return { diagnostics: all, sources };
}

function identity({ code, span }: Diagnostic): string {
  return `${code} ${span.file} ${span.start}`;
}
