/** A row of post-training as the model reads it. */
export interface Example {
  readonly tokens: Int32Array;
  /** 1 for a token that the model is to predict; 0 for the first always. */
  readonly trained: Uint8Array;
  /** Where the row stands. */
  readonly file: string;
  readonly line: number;
}

/** Tokens of an example that are trained on. */
export function trainedTokens({ trained }: Pick<Example, 'trained'>): number {
  return trained.reduce((sum, each) => sum + each, 0);
}
