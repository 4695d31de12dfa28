import type { Diagnostic } from '../diagnostics/types.ts';
import type { SourceText } from '../source.ts';

/** A configuration of another program, with the path that messages show. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/** What came of a configuration. */
export interface ImportedRecipe {
  /** A formatted recipe; null where there are errors. It may have errors of its own, which compiling it tells. */
  readonly recipe: { readonly name: string; readonly text: string } | null;
  /** In the order of the files: what is wrong with them, and what the recipe has otherwise or leaves out. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceText>;
}

/**
 * The recipe that says the same pretraining as configurations of nanotron: one file, or the files of one run. Nothing of a file
 * makes it throw. What reads them is loaded when it is asked for.
 */
export async function importConfig(files: readonly ConfigFile[]): Promise<ImportedRecipe> {
  const { importNanotron } = await import('./nanotron/import-nanotron.ts');
  return importNanotron(files);
}
