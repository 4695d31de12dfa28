import type { SpanOf } from './plan-spans.ts';

/** Where a target is written, for targets that point back at the recipe's files or at this package. */
export interface EmitPlace {
  /** From the output folder to the folder that the plan's local paths are relative to, `/`-separated: `./`, or `../examples/`. */
  readonly recipeFolder: string;
  /** File of this package's public types (`dist/types/api/index.d.ts`), to check what is written against. */
  readonly publicTypes: string;
  /** Where a value of the plan was written, for what there is to say about it. */
  readonly spanOf: SpanOf;
}
