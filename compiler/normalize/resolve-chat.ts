import { vocabulary } from '../../grammar/index.ts';
import type { CallValue } from '../bind/value.ts';
import { type Reading, readArgument } from './read-value.ts';
import type { Resolved, ResolvedChat } from './types.ts';

/** A `chatml(…)`, `jinja(…)` or `from_tokenizer()` call as a template; null where an argument is wrong. */
export function resolveChat(call: Reading<CallValue>): Resolved<ResolvedChat> | null {
  const { chatml, jinja } = vocabulary.chatTemplates;
  const resolved = (value: ResolvedChat) => ({ value, origin: call.origin });
  if (call.value.row.name === chatml.name) {
    const system = readArgument(call, chatml.parameters.system)?.value ?? null;
    return resolved({ kind: 'chatml', system });
  }
  if (call.value.row.name !== jinja.name) return resolved({ kind: 'from_tokenizer' });
  const template = readArgument(call, jinja.parameters.template);
  return template && resolved({ kind: 'jinja', template: template.value });
}
