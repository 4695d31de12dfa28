import { vocabulary } from '../../grammar/index.ts';
import type { CallValue } from '../bind/value.ts';
import type { OpenBlock } from './open-block.ts';
import { type EvaluatedAttributes, isWritten, type Reading, readArgument, readAttribute } from './read-value.ts';
import type { RowUse } from './row-uses.ts';
import type { ResolvedFormat } from './types.ts';

const { messages, promptResponse, preference } = vocabulary.rowFormats;

/** What a row is: as written, else what its use expects. Null where it is wrong (a diagnostic says why). */
export function readFormat(block: OpenBlock, use: RowUse | null, values: EvaluatedAttributes): ResolvedFormat | null {
  const row = vocabulary.datasetAttributes.format;
  const written = readAttribute(block, row, values);
  if (written === null) return null;
  if (isWritten(block, row) || use === null) return formatOf(written);
  if (use === 'sft') return { kind: 'messages', column: 'messages' };
  return { kind: 'preference', prompt: 'prompt', chosen: 'chosen', rejected: 'rejected' };
}

function formatOf(call: Reading<CallValue>): ResolvedFormat | null {
  const read = (parameter: vocabulary.ValueRow<vocabulary.TextType>) => readArgument(call, parameter)?.value ?? null;
  switch (call.value.row.name) {
    case messages.name: {
      const column = read(messages.parameters.column);
      return column === null ? null : { kind: 'messages', column };
    }
    case promptResponse.name: {
      const prompt = read(promptResponse.parameters.prompt);
      const response = read(promptResponse.parameters.response);
      return prompt === null || response === null ? null : { kind: 'prompt_response', prompt, response };
    }
    case preference.name: {
      const prompt = read(preference.parameters.prompt);
      const chosen = read(preference.parameters.chosen);
      const rejected = read(preference.parameters.rejected);
      return prompt === null || chosen === null || rejected === null
        ? null
        : { kind: 'preference', prompt, chosen, rejected };
    }
    default: {
      const column = read(vocabulary.textFormat.parameters.column);
      return column === null ? null : { kind: 'text', column };
    }
  }
}
