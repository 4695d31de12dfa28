/**
 * What decides each choice of the parser, by the key under which chevrotain looks for it: for an optional or repeated part the
 * tokens that begin it, for an alternation those of every alternative. Paths are separated by `|`, their tokens by a blank.
 */
export declare const LOOKAHEAD: readonly (readonly [key: number, begins: string | readonly string[]])[];
