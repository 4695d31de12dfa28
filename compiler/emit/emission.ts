import type { Diagnostic } from '../diagnostics/types.ts';
import type { EmittedFile } from './emitted-file.ts';

/** What a target made of a plan. With an error among the diagnostics there are no files. */
export interface Emission {
  readonly files: readonly EmittedFile[];
  /** What the target cannot say, or leaves out: each with its place in the recipe, where that is known. */
  readonly diagnostics: readonly Diagnostic[];
}
