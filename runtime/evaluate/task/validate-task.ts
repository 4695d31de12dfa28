import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { DataError } from '../../data/data-error.ts';
import schema from './task.schema.json' with { type: 'json' };
import type { TaskDefinition } from './task-definition.ts';

let compiled: ReturnType<Ajv2020['compile']> | null = null;

/** Accepts a document as a task. `owner` is named in errors. Throws DataError with the place of the first fault. */
export function validateTask(document: unknown, owner: string): TaskDefinition {
  compiled ??= new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    strictTypes: false,
    strictRequired: false,
    discriminator: true,
  }).compile(schema);
  if (!compiled(document)) throw fault(compiled.errors ?? [], document, owner);
  const task = document as TaskDefinition;
  if (task.kind === 'generate' && task.metric !== 'instructions' && task.answer === undefined) {
    throw new DataError(`${owner}: \`answer\` is missing`, 'say which column or template is the right answer');
  }
  return task;
}

/** The deepest complaint is the one about the thing itself. */
function fault(errors: readonly ErrorObject[], document: unknown, owner: string): DataError {
  const depth = (error: ErrorObject) => error.instancePath.split('/').length;
  const deepest = errors.reduce((best, error) => (depth(error) > depth(best) ? error : best), errors[0]!);
  const { keyword, params, instancePath } = deepest;
  const detail: Record<string, string | undefined> = {
    required: `\`${params.missingProperty}\` is missing`,
    additionalProperties: `\`${params.additionalProperty}\` is not known${ofKind(document)}`,
    enum: `the value must be one of ${JSON.stringify(params.allowedValues)}`,
    discriminator: '`kind` must be cloze, choice, generate, perplexity, needle or pass_at_k',
  };
  const where = instancePath === '' ? '' : ` (at \`${instancePath}\`)`;
  return new DataError(
    `${owner} is not a task: ${detail[keyword] ?? `the value ${deepest.message ?? 'is wrong'}`}${where}`,
    'docs/evaluation.md lists what a task of each kind has',
  );
}

function ofKind(document: unknown): string {
  const kind = (document as { kind?: unknown } | null)?.kind;
  return typeof kind === 'string' ? ` in a task of kind \`${kind}\`` : '';
}
