import { type Reference, vocabulary } from '../../grammar/index.ts';
import type { CallValue } from '../bind/value.ts';
import * as rows from '../diagnostics/catalogue/data.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { complete } from './complete.ts';
import { readNumber } from './read-required.ts';
import { type Reading, readArgument } from './read-value.ts';
import type { Resolved, ResolvedGeneration } from './types.ts';

const { parameters } = vocabulary.generateSource;

/** A `generate(…)` call as a source; null where something in it is wrong. `nameOf` looks up the dataset of prompts. */
export function resolveGeneration(
  call: Reading<CallValue>,
  nameOf: (reference: Reference) => string | null,
  collector: DiagnosticCollector,
): Resolved<ResolvedGeneration> | null {
  const prompts = readArgument(call, parameters.prompts);
  const endpoint = readArgument(call, parameters.endpoint);
  const isUrl = endpoint !== null && isHttp(endpoint.value);
  if (endpoint && !isUrl) collector.add(diagnose(rows.endpointUrl, endpoint.span, { endpoint: endpoint.value }));
  const parts = complete({
    endpoint: isUrl ? endpoint.value : null,
    model: readArgument(call, parameters.model)?.value ?? null,
    prompts: prompts && nameOf(prompts.value),
    samples: readNumber(call, parameters.samples)?.value ?? null,
    turns: readNumber(call, parameters.turns)?.value ?? null,
    temperature: readNumber(call, parameters.temperature)?.value ?? null,
    top_p: readNumber(call, parameters.topP)?.value ?? null,
  });
  const { faulty } = call.value;
  if (parts === null || faulty.has(parameters.system.name) || faulty.has(parameters.maxTokens.name)) return null;
  const system = readArgument(call, parameters.system)?.value ?? null;
  const max_tokens = readNumber(call, parameters.maxTokens)?.value ?? null;
  return { value: { kind: 'generate', ...parts, system, max_tokens }, origin: call.origin };
}

function isHttp(text: string): boolean {
  return /^https?:\/\/[^\s/]+/.test(text);
}
