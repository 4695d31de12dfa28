/**
 * smol's side of bench/train: the training program that `smol run` uses. usage: smol-peer.ts CONFIG_JSON
 * Prints READY when warm; then takes one step for each line of standard input and prints {"ms": …, "rss_mb": …}.
 */
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { PlanModel, PlanOptimizer } from '../../compiler/plan/index.ts';
import type { Batch } from '../../runtime/data/types.ts';
import { loadCompiledEngine } from '../../runtime/engine/load.ts';
import type { BlockSizes } from '../../runtime/model/types.ts';
import { CompiledProgram } from '../../runtime/train/compiled-program.ts';
import type { MemoryPolicy } from '../../runtime/train/memory-policy.ts';

const {
  precision,
  device,
  threads: _,
  memory,
  ...config
} = JSON.parse(process.argv[2]!) as Record<
  'layers' | 'hidden' | 'ffn' | 'heads' | 'kv_heads' | 'vocab' | 'sequences' | 'sequence' | 'threads',
  number
> & {
  readonly precision: 'float32' | 'bf16';
  readonly device: 'cpu' | 'gpu';
  /** Set where bench/train/memory-policy.mjs measures a layout that the rule would not choose. */
  readonly memory?: Omit<MemoryPolicy, 'blocks'> & BlockSizes;
};
const { sequences, sequence, vocab } = config;
process.env.SMOL_DEVICE = device;
const engine = await loadCompiledEngine();
if (engine.device !== device) throw new Error(`the engine computes on the ${engine.device}`);
const model = {
  ...config,
  family: 'llama',
  head_size: config.hidden / config.heads,
  context: sequence,
  rope_theta: 10_000,
  norm_eps: 1e-5,
  tie_embeddings: true,
  init_std: 0.02,
  parameters: 0,
} satisfies PlanModel & Record<string, unknown>;
const optimizer: PlanOptimizer = {
  kind: 'adamw',
  beta1: 0.9,
  beta2: 0.95,
  eps: 1e-8,
  weight_decay: 0.1,
  decay_exclude: [],
};
const shape = { sequences, sequence, ropeTheta: 10_000, attention: 'full' } as const;
const program = await CompiledProgram.create(engine, {
  model,
  optimizer,
  clipNorm: 1,
  precision,
  shapes: [shape],
  seed: 0,
  ...(memory && { memory: { ...memory, blocks: () => memory } }),
});

console.error(`  smol: ${program.engine}; ${program.memoryLayout ?? JSON.stringify(memory)}`);

let steps = 0;
for (let warmUp = 0; warmUp < 3; warmUp++) await step();
console.log('READY');
for await (const _ of createInterface({ input: process.stdin })) {
  const ms = await step();
  console.log(JSON.stringify({ ms, rss_mb: Math.round(process.resourceUsage().maxRSS / 1024) }));
}
process.exit(0);

async function step(): Promise<number> {
  steps++;
  const tokens = Int32Array.from({ length: sequences * sequence }, () => Math.floor(Math.random() * vocab));
  const labels = Int32Array.from(tokens, (_, place) => tokens[(place + 1) % tokens.length]!);
  const batch: Batch = { sequences, sequence, tokens, labels, documents: null };
  const start = performance.now();
  await program.step(shape, batch, 1e-3, steps);
  return performance.now() - start;
}
