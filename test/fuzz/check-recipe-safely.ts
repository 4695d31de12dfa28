import {
  applyFixes,
  compileRecipe,
  createSourceText,
  type Diagnostic,
  normalizedRecipe,
  printPlan,
  renderDiagnostics,
  renderPlanMarkdown,
  renderPlanText,
} from '../../compiler/index.ts';
import { parse, type Span } from '../../grammar/index.ts';
import { diagnosticsOf } from '../support/expect-diagnostics.ts';

const file = 'example.smol';

function spansOf(diagnostic: Diagnostic): readonly Span[] {
  return [
    diagnostic.span,
    ...diagnostic.related.map(({ span }) => span),
    ...(diagnostic.fix?.edits.map(({ span }) => span) ?? []),
  ];
}

/** What a recipe is compiled with. */
export interface Project {
  /** Other files, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly profile?: string | null;
  readonly settings?: readonly string[];
}

/**
 * Checks, repairs, plans and shows a text in every way, whatever it is, with the files that it uses. Returns whether it was planned. Throws what is thrown
 * on the way, and where a span lies outside of the text, a view shows no number, or the long form plans something else.
 */
export function checkRecipeSafely(recipe: string, project: Project = {}): boolean {
  const { files = {}, profile: chosen = null, settings = [] } = project;
  const texts = new Map(Object.entries({ ...files, [file]: recipe }));
  const readText = (path: string) => texts.get(path) ?? null;
  const compilation = compileRecipe(file, { readText }, { profile: chosen, settings });
  const sources = (path: string) => (texts.has(path) ? createSourceText(path, texts.get(path)!) : null);
  const profile = /\bprofile (\w+)/.exec(recipe)?.[1];
  const diagnostics = [
    ...compilation.diagnostics,
    ...(profile === undefined || project.files
      ? []
      : diagnosticsOf(recipe, { profile, settings: ['pretrain.tokens=2M'] })),
  ];
  for (const span of diagnostics.flatMap(spansOf)) {
    if (span.file.startsWith('--')) continue;
    const length = texts.get(span.file)?.length;
    if (length === undefined) throw new Error(`a span lies in ${span.file}`);
    const inside = 0 <= span.start && span.start <= span.end && span.end <= length;
    if (!inside) throw new Error(`a span is out of range: ${span.start}..${span.end} of ${length} in ${span.file}`);
  }
  renderDiagnostics(diagnostics, sources, { columns: 80, color: false });
  const countSyntaxProblems = (text: string) => parse(text, file).problems.length;
  applyFixes(file, recipe, compilation.diagnostics, { unsafe: true, countSyntaxProblems });
  const { plan } = compilation;
  if (plan === null) return false;
  const views = renderPlanText(plan, { columns: 80, color: false }) + renderPlanMarkdown(plan);
  const missing = /\b(?:NaN|undefined|Infinity)\b/.exec(views);
  if (missing) throw new Error(`a view shows ${missing[0]}`);
  printPlan(plan);
  const long = normalizedRecipe(compilation)!;
  const again = compileRecipe(file, { readText: (path) => (path === file ? long : null) });
  if (again.plan?.hash !== plan.hash) {
    const said = again.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n');
    throw new Error(`the long form plans something else:\n${said}\n${long}`);
  }
  return true;
}
