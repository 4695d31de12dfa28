import { sampleNanotron } from '../../compiler/diagnostics/catalogue/sample-nanotron.ts';
import {
  type Compilation,
  type ConfigFile,
  compileRecipe,
  type ImportedRecipe,
  importConfig,
} from '../../compiler/index.ts';

export interface ImportedConfigs extends ImportedRecipe {
  /** The recipe compiled; null where there is none. */
  readonly compilation: Compilation | null;
  /** Codes and messages of what is said of the configurations. */
  readonly said: readonly (readonly [string, string])[];
}

/** Imports configurations and compiles the recipe. */
export async function importConfigs(files: readonly ConfigFile[]): Promise<ImportedConfigs> {
  const imported = await importConfig(files);
  const { recipe, diagnostics } = imported;
  const file = 'imported.smol';
  const compilation = recipe && compileRecipe(file, { readText: (path) => (path === file ? recipe.text : null) });
  return { ...imported, compilation, said: diagnostics.map(({ code, message }) => [code, message] as const) };
}

/** Imports one text as `a.yaml`. */
export function importText(text: string): Promise<ImportedConfigs> {
  return importConfigs([{ path: 'a.yaml', text }]);
}

/** Imports the sample configuration of the catalogue with changes, and then with texts replaced. */
export function importSample(
  sections: Parameters<typeof sampleNanotron>[0],
  ...replaced: readonly (readonly [string, string])[]
): Promise<ImportedConfigs> {
  const text = replaced.reduce((whole, [from, to]) => {
    if (!whole.includes(from)) throw new Error(`the sample has no \`${from}\``);
    return whole.replace(from, () => to);
  }, sampleNanotron(sections));
  return importText(text);
}
