import Fraction from 'fraction.js';
import type {
  Length,
  Resolved,
  ResolvedCluster,
  ResolvedDataset,
  ResolvedPretrain,
  ResolvedRecipe,
  ResolvedSchedule,
  ResolvedStage,
} from '../../compiler/normalize/types.ts';
import type { PlanStep } from '../../compiler/plan/types.ts';
import { createSourceText } from '../../compiler/source.ts';

/** The file that hand-made recipes are said to come from; every span is its first character. */
export const madeFile = 'made.smol';
export const madeSources = new Map([[madeFile, createSourceText(madeFile, 'recipe made\n')]]);
const span = { file: madeFile, start: 0, end: 1 };

export function resolved<T>(value: T): Resolved<T> {
  return { value, origin: { from: 'recipe', span } };
}

export const tokens = (amount: number | string): Length => ({ unit: 'tokens', amount: new Fraction(amount) });
export const steps = (amount: number): Length => ({ unit: 'steps', amount: new Fraction(amount) });
export const part = (amount: number | string): Length => ({ unit: 'part', amount: new Fraction(amount) });

/** `keep where tokens >= N` */
export function keepLong(tokens: number): PlanStep {
  const left = { kind: 'column', path: ['tokens'] } as const;
  const right = { kind: 'number', value: String(tokens) } as const;
  return { kind: 'keep', where: { kind: 'compare', left, comparison: '>=', right } };
}

export interface DatasetChanges {
  readonly size?: number;
  readonly from?: string;
  readonly source?: string;
  readonly steps?: readonly PlanStep[];
  readonly limit?: number | 'never';
  readonly domain?: string;
}

export function makeDataset(name: string, changes: DatasetChanges = {}): ResolvedDataset {
  const limit = changes.limit ?? 5;
  return {
    name,
    nameSpan: span,
    domain: resolved(changes.domain ?? null),
    source: resolved(
      changes.from === undefined
        ? { kind: 'local', paths: [changes.source ?? `${name}/*.jsonl`] }
        : { kind: 'dataset', dataset: changes.from },
    ),
    steps: changes.steps ?? [],
    chat: null,
    sizeTokens: changes.size === undefined ? null : resolved(changes.size),
    sizeRows: null,
    textColumn: resolved('text'),
    format: { kind: 'text', column: 'text' },
    order: resolved('shuffled'),
    holdoutRows: resolved(0),
    maxMalformed: resolved(new Fraction('0.01')),
    repeat: resolved(limit === 'never' ? { kind: 'never' } : { kind: 'epochs', limit }),
    onExhaustion: resolved(limit === 'never' ? 'error' : 'repeat'),
  };
}

export interface StageChanges {
  readonly sequence?: number;
  readonly batch?: { readonly unit: 'tokens' | 'sequences'; readonly amount: number };
  readonly ropeTheta?: number;
}

/** A stage of whole millions or anything else: positions in tokens, shares as exact texts. */
export function makeStage(
  name: string,
  from: number,
  to: number,
  shares: Readonly<Record<string, string>>,
  changes: StageChanges = {},
): ResolvedStage {
  return {
    name,
    nameSpan: span,
    from: resolved(new Fraction(from)),
    to: resolved(new Fraction(to)),
    sequence: resolved(changes.sequence ?? 2048),
    batch: resolved(changes.batch ?? { unit: 'tokens', amount: 2_097_152 }),
    ropeTheta: resolved(changes.ropeTheta ?? 10_000),
    attention: resolved('full'),
    shares: Object.entries(shares).map(([dataset, share]) => ({ dataset, share: new Fraction(share), span })),
    ramp: null,
  };
}

export interface ScheduleChanges {
  readonly kind?: ResolvedSchedule['kind'];
  readonly warmup?: Length;
  readonly decay?: Length | null;
  readonly decayFrom?: Length | null;
  readonly end?: string;
}

export function makePretrain(
  stages: readonly ResolvedStage[],
  changes: ScheduleChanges & {
    readonly every?: Length | null;
    readonly scaledFrom?: ResolvedPretrain['scaledFrom'];
    readonly name?: string;
  } = {},
): ResolvedPretrain {
  const decay = changes.decay === undefined ? part('0.1') : changes.decay;
  return {
    kind: 'pretrain',
    name: changes.name ?? 'pretrain',
    span,
    tokens: resolved(stages.at(-1)!.to.value.valueOf()),
    scaledFrom: changes.scaledFrom ?? null,
    precision: resolved('bf16'),
    optimizer: {
      kind: 'adamw',
      beta1: resolved(0.9),
      beta2: resolved(0.95),
      eps: resolved(1e-8),
      weightDecay: resolved(0.01),
      decayExclude: resolved([]),
    },
    clipNorm: resolved(1),
    schedule: {
      kind: changes.kind ?? 'wsd',
      peak: resolved(new Fraction('0.0005')),
      end: resolved(new Fraction(changes.end ?? 0)),
      warmup: resolved(changes.warmup ?? steps(2000)),
      decay: decay === null ? null : resolved(decay),
      decayFrom: changes.decayFrom ? resolved(changes.decayFrom) : null,
      shape: resolved('linear'),
      span,
    },
    checkpointEvery: resolved(changes.every === undefined ? steps(2000) : changes.every),
    checkpointKeep: resolved(5),
    stages,
    from: resolved({ kind: 'fresh' }),
    onSpike: null,
    recompute: resolved('none'),
  };
}

/** The cluster of the published 11T run: 32 machines of 8 H100s. */
export function makeCluster(
  changes: { readonly [K in 'tp' | 'pp' | 'dp' | 'microBatch']?: number } = {},
): ResolvedCluster {
  return {
    name: 'h100x256',
    span,
    nodes: resolved(32),
    gpusPerNode: resolved(8),
    gpu: resolved('h100_80gb'),
    dp: resolved(changes.dp ?? 256),
    tp: resolved(changes.tp ?? 1),
    pp: resolved(changes.pp ?? 1),
    microBatch: resolved(changes.microBatch ?? 4),
    mfu: resolved(0.4),
    price: resolved(2.5),
  };
}

export function makeRecipe(
  datasets: readonly ResolvedDataset[],
  phases: readonly ResolvedPretrain[],
  changes: {
    readonly seed?: number;
    readonly name?: string;
    readonly clusters?: readonly ResolvedCluster[];
  } = {},
): ResolvedRecipe {
  return {
    name: changes.name ?? 'made',
    nameSpan: span,
    seed: resolved(changes.seed ?? 42),
    classifiers: [],
    tokenizer: resolved({ kind: 'local', paths: ['tokenizer.json'] }),
    model: {
      family: resolved('llama'),
      layers: resolved(24),
      hidden: resolved(2048),
      ffn: resolved(8192),
      heads: resolved(32),
      kv_heads: resolved(32),
      vocab: resolved(49_152),
      context: resolved(8192),
      rope_theta: resolved(10_000),
      norm_eps: resolved(1e-5),
      tie_embeddings: resolved(true),
      init_std: resolved(0.02),
      span,
    },
    datasets,
    phases,
    tuning: [],
    evaluations: [],
    ablations: [],
    clusters: changes.clusters ?? [],
    profile: null,
    settings: [],
  };
}
