import type { PlanModel } from '../../compiler/plan/index.ts';
import { EngineError } from '../engine/engine-error.ts';
import { countParameters, parameterLayout } from '../model/parameters.ts';
import type { StepShape } from '../model/types.ts';
import { estimateMemory } from './estimate-memory.ts';
import { formatGigabytes } from './format-gigabytes.ts';
import type { MemoryPolicy } from './memory-policy.ts';

export interface MemoryDemand {
  readonly model: PlanModel;
  readonly shapes: readonly StepShape[];
  /** The plan's: `layer` asks for the layers' activations to be computed again. */
  readonly recompute: 'none' | 'layer';
  /** Whether forward and backward pass are compiled by XLA; only then can layers be a loop. */
  readonly compiledPasses: boolean;
  readonly device: 'cpu' | 'gpu';
  /** Whether a step may be computed in parts, some sequences at a time. */
  readonly divisible: boolean;
  /** The memory of the machine. */
  readonly memoryBytes: number;
}

export interface MemoryChoice {
  readonly policy: MemoryPolicy;
  /** Sequences of a step of this shape that are computed at a time. */
  readonly microBatch: (shape: StepShape) => number;
  /** Estimated peak of the process, in bytes. */
  readonly estimate: number;
  /** For people: what was chosen and why, lower case, no full stop. */
  readonly reason: string;
}

/** Queries of a block where blocks save memory only: its products are large enough for full speed everywhere. */
const QUERIES = 256;
/** From here on, skipping what is masked saves more than blocks cost: T 1,024 of 135M took 8.5 s whole and 6.3 s in blocks. */
const BLOCKS_FROM = 1024;
/**
 * Queries of a block where XLA compiles for a processor, up to a length: a block's scores then stay in its cache between the
 * passes over them. At the quickstart's shape, 8 x 256 tokens took 253 ms whole and 222 ms in blocks of 64, 4 x 512 tokens 328 and
 * 255 ms, 16 x 128 tokens 251 and 237 ms; six layers of 135M at 2,048 tokens 4.0 s in blocks of 256 and 3.7 s of 128. Smaller
 * blocks are more of them to compile: 8 s of processor time at 1,024 tokens in blocks of 64, 2 s of 128.
 */
const CACHED_QUERIES = [
  { upTo: 127, queries: null },
  { upTo: 512, queries: 64 },
  { upTo: 2048, queries: 128 },
];
/**
 * Rows of a block of logits. The head's gradient exists once for each block: at T 2,048 of 135M, 256 rows took 6.0 GB and 512
 * rows 5.3 GB, in equal time.
 */
const LOSS_ROWS = 512;
/**
 * From here on, the activations of all layers are more than the state of the model. Before it, unrolled layers are faster for
 * little memory: T 2,048 of 135M took 21.2 s and 5.3 GB, a loop 26.6 s and 5.1 GB.
 */
const LOOP_FROM = 4096;
/** A loop saves nothing worth having on fewer layers. */
const LOOP_LAYERS = 8;
/** Logits beyond this are made in blocks of rows. */
const LOGITS_BYTES = 128e6;
/**
 * Parameters below which a step is so short that one call for all of it is faster. At 1.3 million (the quickstart's shape)
 * groups are as fast and take 0.87 GB instead of 1.07, at 5 million 0.83 instead of 1.22.
 */
const GROUPS_FROM = 1e6;
/** The part of the memory that a run may take. */
const USABLE = 0.9;

/**
 * The rule that lays out a training program; the same for equal plans and memory, so that a resumed run computes the same
 * bits. Without need, layers are unrolled, which is a quarter faster than a loop. Where memory is short, it tries the loop,
 * then smaller micro-batches. Throws `EngineError` when not even one sequence at a time fits.
 */
export function chooseMemoryPolicy(demand: MemoryDemand): MemoryChoice {
  const tries = [...choices(demand)];
  const limit = USABLE * demand.memoryBytes;
  const fitting = tries.find(({ estimate }) => estimate <= limit);
  if (fitting) return fitting;
  const least = Math.min(...tries.map(({ estimate }) => estimate));
  throw new EngineError(
    `training needs about ${formatGigabytes(least)} of memory, and this machine has ${formatGigabytes(demand.memoryBytes)}`,
    'use a smaller model, a shorter sequence or a machine with more memory',
  );
}

/** In the order of preference. */
function* choices(demand: MemoryDemand): Generator<MemoryChoice> {
  const { model, shapes, recompute, compiledPasses } = demand;
  const longest = Math.max(...shapes.map(({ sequence }) => sequence));
  const canLoop = compiledPasses && model.layers > 1;
  const wantsLoop = recompute === 'layer' || (longest >= LOOP_FROM && model.layers >= LOOP_LAYERS);
  const why = recompute === 'layer' ? '`recompute = layer`' : `sequences of ${longest}`;
  if (canLoop && wantsLoop) yield choice(demand, 'loop', 1, why);
  else {
    yield choice(demand, 'unrolled', 1, null);
    if (canLoop) yield choice(demand, 'loop', 1, 'memory');
  }
  if (!demand.divisible) return;
  const most = Math.max(...shapes.map(({ sequences }) => sequences));
  for (let parts = 2; parts < 2 * most; parts *= 2)
    yield choice(demand, canLoop ? 'loop' : 'unrolled', parts, 'memory');
}

/** Places that attention asks from at a time; null for all of them at once. Many blocks are worth compiling for one layer only. */
function queriesOf(
  { compiledPasses, device }: MemoryDemand,
  optimizer: MemoryPolicy['optimizer'],
  sequence: number,
): number | null {
  const isCached = compiledPasses && device === 'cpu' && optimizer === 'by group';
  const cached = isCached ? CACHED_QUERIES.find(({ upTo }) => sequence <= upTo) : undefined;
  if (cached) return cached.queries;
  return sequence >= BLOCKS_FROM ? QUERIES : null;
}

function choice(demand: MemoryDemand, layers: MemoryPolicy['layers'], parts: number, why: string | null): MemoryChoice {
  const { model, shapes } = demand;
  const optimizer = countParameters(parameterLayout(model)) >= GROUPS_FROM ? 'by group' : 'with gradients';
  const microBatch = ({ sequences }: StepShape) => Math.ceil(sequences / parts);
  const blocks = (shape: StepShape) => ({
    queries: queriesOf(demand, optimizer, shape.sequence),
    lossRows: microBatch(shape) * shape.sequence * model.vocab * 4 > LOGITS_BYTES ? LOSS_ROWS : null,
  });
  const policy: MemoryPolicy = { layers, optimizer, blocks };
  const estimates = shapes.map((shape) => estimateMemory(model, shape, microBatch(shape), policy));
  const estimate = Math.max(...estimates);
  const how = [
    layers === 'loop' ? `layers are a loop that computes them again (${why})` : 'layers are unrolled',
    ...(parts > 1 ? [`a step is ${parts} parts (memory)`] : []),
    ...(shapes.some((shape) => blocks(shape).queries !== null) ? ['attention in blocks'] : []),
    ...(shapes.some((shape) => blocks(shape).lossRows !== null) ? ['loss in blocks (large logits)'] : []),
  ];
  return { policy, microBatch, estimate, reason: `about ${formatGigabytes(estimate)} of memory: ${how.join(', ')}` };
}
