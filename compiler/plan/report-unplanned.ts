import type { Span } from '../../grammar/index.ts';
import { notYet } from '../diagnostics/catalogue/names.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import type { ResolvedRecipe } from '../normalize/types.ts';

interface Unplanned {
  readonly what: string;
  readonly span: Span;
}

/** Refuses by name what a resolved recipe can say and a plan cannot hold: nothing is left out silently. True if anything. */
export function reportUnplanned(recipe: ResolvedRecipe, collector: DiagnosticCollector): boolean {
  const found = unplannedParts(recipe);
  for (const { what, span } of found) collector.add(diagnose(notYet, span, { what }));
  return found.length > 0;
}

function unplannedParts(recipe: ResolvedRecipe): readonly Unplanned[] {
  const blocks = (keyword: string, parts: readonly { readonly span: Span }[]) =>
    parts.map(({ span }) => ({ what: `a plan of \`${keyword}\` blocks`, span }));
  return [...blocks('ablation', recipe.ablations)];
}
