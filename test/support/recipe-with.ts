import { DiagnosticCollector } from '../../compiler/diagnostics/collector.ts';
import { resolveRecipe } from '../../compiler/normalize/resolve-recipe.ts';
import type { ResolvedRecipe } from '../../compiler/normalize/types.ts';
import { parse } from '../../grammar/index.ts';

const attributes = {
  tokens: '1M',
  sequence: '128',
  batch: '1024 tokens',
  schedule: 'cosine(peak = 1e-3, warmup = 10 steps)',
};

/** A whole recipe with datasets web, code and math around the given lines of its pretrain block. */
export function recipeWith(
  lines: readonly string[],
  changes: Readonly<Record<string, string>> = {},
  around: { readonly before?: string; readonly after?: string; readonly model?: string } = {},
): string {
  const model = around.model ?? 'layers = 2, hidden = 64, ffn = 192, heads = 4, vocab = 4096, context = 512';
  const written = Object.entries({ ...attributes, ...changes }).map(([name, value]) => `  ${name} = ${value}`);
  return [
    'recipe small\ntokenizer = local("tokenizer.json")',
    ...['web', 'code', 'math'].map((name) => `dataset ${name} { source = local("${name}/*.jsonl"), domain = ${name} }`),
    'allow SM6007 "not every test uses every dataset"',
    around.before ?? '',
    `model { ${model} }`,
    `pretrain {\n${[...written, ...lines.map((line) => `  ${line}`)].join('\n')}\n}`,
    around.after ?? '',
  ].join('\n');
}

/** Resolves a text; the diagnostics as `CODE message`. */
export function resolveText(
  text: string,
  options: { readonly profile?: string; readonly settings?: readonly string[] } = {},
): { readonly recipe: ResolvedRecipe | null; readonly diagnostics: readonly string[] } {
  const collector = new DiagnosticCollector();
  const { file, problems } = parse(text, 'main.smol');
  if (problems.length > 0) throw new Error(`the text of the test does not parse: ${JSON.stringify(problems)}`);
  const { profile = null, settings = [] } = options;
  const recipe = resolveRecipe(file, { profile, settings, collector });
  const diagnostics = collector.all().filter(({ code }) => code !== 'SM6007');
  return { recipe, diagnostics: diagnostics.map(({ code, message }) => `${code} ${message}`) };
}

/** The resolved recipe of a text that has no error. */
export function resolvedText(...parameters: Parameters<typeof resolveText>): ResolvedRecipe {
  const { recipe, diagnostics } = resolveText(...parameters);
  if (recipe === null) throw new Error(`the text of the test does not resolve: ${diagnostics.join('; ')}`);
  return recipe;
}

/** The flattened shares of a stage as `{ web: '3/5' }`. */
export function sharesOf(recipe: ResolvedRecipe, stage = 0): Readonly<Record<string, string>> {
  const shares = recipe.phases[0]!.stages[stage]!.shares;
  return Object.fromEntries(shares.map(({ dataset, share }) => [dataset, share.toFraction()]));
}
