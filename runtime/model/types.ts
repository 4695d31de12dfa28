/** What a compiled program is specialised for. Two steps with equal shapes run the same program. */
export interface StepShape {
  readonly sequences: number;
  readonly sequence: number;
  readonly ropeTheta: number;
  readonly attention: 'full' | 'document';
}

/** A named float32 array: a parameter (`layers.0.attention.query`) or an optimizer slot (`first_moment/…`). */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Sizes of the blocks in which a model is computed: less memory at a time, the same function. */
export interface BlockSizes {
  /** Places that attention asks from at a time; null for all of them at once. */
  readonly queries: number | null;
  /** Rows of logits that the loss holds at a time; null for all of them at once. */
  readonly lossRows: number | null;
}
