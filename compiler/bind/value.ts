import type { Call, Name, Reference, Span, vocabulary } from '../../grammar/index.ts';
import type { Quantity } from '../quantity/quantity.ts';

/** `decay.start`: an edge of a stage or of a phase, not yet looked up. */
export interface EdgeValue {
  readonly kind: 'edge';
  readonly of: Name;
  readonly edge: 'start' | 'end';
  readonly span: Span;
}

/** A call whose arguments were judged by the function's row. What could not be judged is in `faulty`, by parameter name. */
export interface CallValue {
  readonly kind: 'call';
  readonly node: Call;
  readonly row: vocabulary.FunctionRow;
  /** By parameter name; a repeated parameter holds an array. */
  readonly given: ReadonlyMap<string, { readonly value: Value; readonly span: Span }>;
  readonly faulty: ReadonlySet<string>;
}

/** The value of an expression under a type of the vocabulary. Words, names and texts are strings. */
export type Value = Quantity | string | boolean | EdgeValue | CallValue | Reference | readonly Value[];

/** What a type of the vocabulary yields. */
export type ValueOf<T> = T extends vocabulary.QuantityType
  ? Quantity
  : T extends vocabulary.WordType<infer W>
    ? W
    : T extends vocabulary.NameType | vocabulary.TextType
      ? string
      : T extends vocabulary.BooleanType
        ? boolean
        : T extends vocabulary.CallType
          ? CallValue
          : T extends vocabulary.EdgeType
            ? EdgeValue
            : T extends vocabulary.ReferenceType
              ? Reference
              : T extends vocabulary.ListType<infer U>
                ? readonly ValueOf<U>[]
                : T extends vocabulary.ChoiceType<infer U>
                  ? ValueOf<U[number]>
                  : never;
