/**
 * smol's side of bench/generate: the decoder that `smol generate` uses. usage: smol-peer.ts CONFIG_JSON greedy|sampled
 * Prints READY when warm; then writes one text for each line of standard input and prints
 * {"prompt_ms": …, "tokens_per_second": …, "rss_mb": …}: the time to the first token, and the speed of those after it.
 */
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { PlanModel } from '../../compiler/plan/index.ts';
import { loadCompiledEngine } from '../../runtime/engine/load.ts';
import { CompiledDecoder } from '../../runtime/model/generation/compiled-decoder.ts';
import { generate } from '../../runtime/model/generation/generate.ts';
import { initialParameters } from '../../runtime/model/initialize.ts';

const config = JSON.parse(process.argv[2]!) as Record<
  'layers' | 'hidden' | 'ffn' | 'heads' | 'kv_heads' | 'vocab' | 'context' | 'prompt' | 'tokens',
  number
>;
const sampling = process.argv[3] === 'greedy' ? { temperature: 0, topP: 1 } : { temperature: 0.8, topP: 0.95 };
const model = {
  ...config,
  family: 'llama',
  head_size: config.hidden / config.heads,
  rope_theta: 10_000,
  norm_eps: 1e-5,
  tie_embeddings: true,
  init_std: 0.02,
  parameters: 0,
} satisfies PlanModel & Record<string, unknown>;
const decoder = await CompiledDecoder.create(await loadCompiledEngine(), {
  model,
  ropeTheta: model.rope_theta,
  capacity: config.prompt + config.tokens,
  parameters: [...initialParameters(model, 0)],
});
const prompt = Array.from({ length: config.prompt }, (_, place) => (place * 7919 + 13) % config.vocab);

await write(0);
console.log('READY');
let texts = 0;
for await (const _ of createInterface({ input: process.stdin })) console.log(JSON.stringify(await write(++texts)));
process.exit(0);

async function write(seed: number) {
  const start = performance.now();
  let first = start;
  let tokens = 0;
  const options = { ...sampling, maxTokens: config.tokens, seed, endTokens: new Set<number>() };
  for await (const _ of generate(decoder, prompt, options)) if (tokens++ === 0) first = performance.now();
  const seconds = (performance.now() - first) / 1000;
  const rss = Math.round(process.resourceUsage().maxRSS / 1024);
  return { prompt_ms: first - start, tokens_per_second: (tokens - 1) / seconds, rss_mb: rss };
}
