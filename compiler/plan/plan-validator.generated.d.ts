import type { Plan } from './types.ts';

/** What is wrong at one place of a document. */
export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** Whether a document follows `plan.schema.json`; when not, `errors` says why, until the next call. */
declare const validate: {
  (document: unknown): document is Plan;
  errors: readonly SchemaError[] | null;
};
export default validate;
