import { compileRecipe, type Diagnostic, type Plan, renderDiagnostics, type SourceText } from '../../compiler/index.ts';

/** What the compiler makes of one text under the name `main.smol`, as a person would see it. */
export interface CompiledText {
  readonly plan: Plan | null;
  readonly diagnostics: readonly Diagnostic[];
  /** `CODE message`, in the order of the file. */
  readonly said: readonly string[];
  readonly drawn: string;
}

/** Compiles a text that stands alone in its folder. */
export function compileRecipeText(text: string): CompiledText {
  const { plan, diagnostics, sources } = compileRecipe('main.smol', {
    readText: (path) => (path === 'main.smol' ? text : null),
  });
  const source = (file: string): SourceText | null => sources.get(file) ?? null;
  return {
    plan,
    diagnostics,
    said: diagnostics.map(({ code, message }) => `${code} ${message}`),
    drawn: renderDiagnostics(diagnostics, source, { columns: 100, color: false }),
  };
}

/** The plan of a text that has no error. */
export function planOfText(text: string): Plan {
  const { plan, drawn } = compileRecipeText(text);
  if (plan === null) throw new Error(`the text of the test has errors:\n${drawn}`);
  return plan;
}
