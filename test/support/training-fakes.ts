import { createHash } from 'node:crypto';
import {
  createRunSampler,
  createWindowOrder,
  type Plan,
  type PlanModel,
  type PlanPhase,
} from '../../compiler/plan/index.ts';
import { planHash } from '../../compiler/plan/plan-hash.ts';
import type { Batch } from '../../runtime/data/types.ts';
import { parameterLayout, sizeOf } from '../../runtime/model/parameters.ts';
import type { NamedArray, StepShape } from '../../runtime/model/types.ts';
import type { PreferenceObjective } from '../../runtime/train/preference-loss.ts';
import type { PreferenceSide, TrainingProgram } from '../../runtime/train/program.ts';
import { slotLayout } from '../../runtime/train/slot-layout.ts';
import type { SequencePlace, TrainingData } from '../../runtime/train/training-data.ts';

const datasetNames = ['speeches', 'novel', 'code'];

/** A plan of two stages by hand: `early` (sequence 8, steps 1…30) and `late` (sequence 16, steps 31…60), three datasets. */
export function handPlan(changes: Partial<PlanPhase> = {}): Plan {
  const ids = ['11', '22', '33'].map((digits) => digits.repeat(32));
  const shares = (a: string, b: string, c: string) => [
    { dataset_id: ids[0]!, share: a },
    { dataset_id: ids[1]!, share: b },
    { dataset_id: ids[2]!, share: c },
  ];
  const stage = (name: string, first: number, last: number, sequence: number, from: number, parts: string[]) => {
    const tokens = (last - first + 1) * 64;
    return {
      name,
      from_tokens: from,
      to_tokens: from + tokens,
      actual_from_tokens: from,
      actual_to_tokens: from + tokens,
      first_step: first,
      last_step: last,
      steps: last - first + 1,
      tokens,
      sequence,
      batch_sequences: 64 / sequence,
      rope_theta: 10_000,
      attention: 'full' as const,
      ramp_steps: 0,
      mixture: parts.map((share, index) => ({
        dataset: datasetNames[index]!,
        share,
        sequences: Number(share) * (tokens / sequence),
        tokens: Number(share) * tokens,
      })),
    };
  };
  const phase: PlanPhase = {
    kind: 'pretrain',
    name: 'pretrain',
    steps: 60,
    asked_tokens: 3840,
    tokens: 3840,
    tokens_per_step: 64,
    rows: null,
    epochs: null,
    from: { kind: 'fresh' },
    precision: 'float32',
    recompute: 'none',
    optimizer: { kind: 'adamw', beta1: 0.9, beta2: 0.95, eps: 1e-8, weight_decay: 0.1, decay_exclude: [] },
    clip_norm: 1,
    schedule: {
      kind: 'wsd',
      peak: 3e-3,
      end: 0,
      warmup_steps: 5,
      decay_start_step: 48,
      decay_steps: 12,
      shape: 'linear',
    },
    checkpoint: { every_steps: 10, keep: 2 },
    on_spike: null,
    tuning: null,
    stages: [
      stage('early', 1, 30, 8, 0, ['0.5', '0.25', '0.25']),
      stage('late', 31, 60, 16, 1920, ['0.25', '0.25', '0.5']),
    ],
    segments: [
      {
        first_step: 1,
        last_step: 30,
        sequence: 8,
        batch_sequences: 8,
        rope_theta: 10_000,
        attention: 'full',
        shares: shares('0.5', '0.25', '0.25'),
      },
      {
        first_step: 31,
        last_step: 60,
        sequence: 16,
        batch_sequences: 4,
        rope_theta: 10_000,
        attention: 'full',
        shares: shares('0.25', '0.25', '0.5'),
      },
    ],
    ...changes,
  };
  return hashed({
    plan_version: 1,
    recipe: 'by_hand',
    hash: '',
    profile: null,
    settings: [],
    seed: 7,
    tokenizer: { kind: 'local', paths: ['tokenizer.json'] },
    model: {
      family: 'llama',
      layers: 1,
      hidden: 8,
      ffn: 16,
      heads: 2,
      kv_heads: 1,
      head_size: 4,
      vocab: 32,
      context: 16,
      rope_theta: 10_000,
      norm_eps: 1e-5,
      tie_embeddings: true,
      init_std: 0.02,
      parameters: 856,
    },
    datasets: datasetNames.map((name, index) => ({
      name,
      id: ids[index]!,
      domain: null,
      source: { kind: 'local', paths: [`${name}.txt`] },
      steps: [],
      size_tokens: null,
      size_rows: null,
      text_column: 'text',
      format: { kind: 'text', column: 'text' },
      order: 'shuffled',
      holdout_rows: 1,
      max_malformed: '0.01',
      planned_tokens: 0,
      epochs: null,
      epoch_limit: 5,
      epoch_limit_at_tokens: null,
      first_exhausted_at_tokens: null,
    })),
    phases: [phase],
    totals: {
      tokens: 3840,
      steps: 60,
      flops: '0',
      attention_flops: '0',
      gpu_hours: null,
      days: null,
      cost_usd: null,
      checkpoint_bytes: 0,
      checkpoints_written: 1,
      checkpoints_kept: 1,
      checkpoints_kept_bytes: 0,
    },
    cluster: null,
    memory: null,
    evaluations: [],
    ablations: [],
    diagnostics: [],
    provenance: {},
  });
}

/** The plan with the hash that its content has. */
export function hashed(plan: Plan): Plan {
  return { ...plan, hash: planHash(plan) };
}

/**
 * A program whose "loss" is a hash of everything that a real step depends on: state, batch, shape, learning rate and step. Any
 * difference in what a resumed run feeds or restores shows in the next loss and in all that follow.
 */
export class FakeProgram implements TrainingProgram {
  readonly engine = 'fake';
  readonly compiled = false;
  /** The step whose loss comes out as NaN. */
  poisonedStep: number | null = null;
  /** Steps whose loss comes out as this number: beside them, losses are below 1. */
  readonly spikes = new Map<number, number>();
  #parameters: NamedArray[];
  #slots: NamedArray[];

  readonly preference: PreferenceSide | null;

  constructor(model: PlanModel = handPlan().model, objective?: PreferenceObjective) {
    this.preference = objective
      ? {
          live: objective.live,
          logps: async (_shape, { tokens, sequences }) =>
            Float32Array.from({ length: sequences }, (_, i) => this.#parameters[0]!.values[0]! - tokens[i]!),
          writeReference: async () => {},
        }
      : null;
    const filled = (fill: (index: number) => number) => (spec: { name: string; shape: readonly number[] }) => ({
      name: spec.name,
      shape: spec.shape,
      values: new Float32Array(sizeOf(spec.shape)).map((_, index) => fill(index)),
    });
    const layout = parameterLayout(model);
    this.#parameters = layout.map(filled((index) => (index % 32) / 32));
    this.#slots = slotLayout(layout).map(filled(() => 0));
  }

  async step(shape: StepShape, batch: Batch, learningRate: number, step: number) {
    const digest = createHash('sha256').update(
      JSON.stringify([shape, learningRate, step, [...batch.tokens], [...batch.labels], [...(batch.reference ?? [])]]),
    );
    for (const { values } of [...this.#parameters, ...this.#slots]) digest.update(new Uint8Array(values.buffer));
    const bytes = digest.digest();
    const arrays = [...this.#parameters, ...this.#slots];
    for (const { values } of arrays) {
      for (let i = 0; i < values.length; i++) values[i] = values[i]! * 0.9 + bytes[i % 32]! / 2560;
    }
    if (step === this.poisonedStep) return { loss: Number.NaN, gradientNorm: 1 };
    const spike = this.spikes.get(step);
    if (spike !== undefined) return { loss: spike, gradientNorm: 1 };
    return { loss: bytes.readUInt32LE(0) / 2 ** 32, gradientNorm: bytes.readUInt32LE(4) / 2 ** 32 };
  }

  async evaluate(_shape: StepShape, batch: Batch) {
    const weight = this.#parameters[0]!.values.reduce((sum, value) => sum + value, 0);
    const tokens = batch.labels.filter((label) => label !== -100).length;
    return { lossSum: batch.labels.reduce((sum, label) => sum + Math.max(0, label), 0) * weight, tokens };
  }

  async readState() {
    const copy = (array: NamedArray) => ({ ...array, values: array.values.slice() });
    return { parameters: this.#parameters.map(copy), slots: this.#slots.map(copy) };
  }

  async readParameters() {
    return (await this.readState()).parameters;
  }

  async writeState(state: { parameters: readonly NamedArray[]; slots: readonly NamedArray[] }) {
    this.#parameters = state.parameters.map((array) => ({ ...array, values: array.values.slice() }));
    this.#slots = state.slots.map((array) => ({ ...array, values: array.values.slice() }));
  }

  async writeParameters(parameters: readonly NamedArray[]) {
    this.#parameters = parameters.map((array) => ({ ...array, values: array.values.slice() }));
    this.#slots = this.#slots.map((array) => ({ ...array, values: new Float32Array(array.values.length) }));
  }

  async drawParameters() {
    const fill = (array: NamedArray) => ({ ...array, values: array.values.map((_, index) => (index % 32) / 32) });
    await this.writeParameters(this.#parameters.map(fill));
  }

  tensorCount(): number {
    return 0;
  }

  dispose(): void {}

  layout() {
    return { parameters: this.#parameters, slots: this.#slots };
  }
}

/** Batches by the plan's own sampler over imaginary datasets of 40, 60 and 80 windows: token ids tell dataset and window. */
export function fakeData(plan: Plan): TrainingData {
  const phase = plan.phases[0]!;
  const sampler = createRunSampler(phase, plan.seed);
  const windowOf = createWindowOrder(plan.seed);
  const windows = new Map(plan.datasets.map(({ id }, index) => [id, 40 + 20 * index]));
  const fill = (shape: { batch_sequences: number; sequence: number }, value: (row: number) => number): Batch => {
    const size = shape.batch_sequences * shape.sequence;
    const tokens = new Int32Array(size).map((_, i) => value(Math.floor(i / shape.sequence)) + (i % shape.sequence));
    return {
      sequences: shape.batch_sequences,
      sequence: shape.sequence,
      tokens,
      labels: tokens.slice(),
      documents: null,
    };
  };
  const placesAt = (step: number) => {
    const segment = sampler.segmentAt(step);
    return Array.from({ length: segment.batch_sequences }, (_, slot): SequencePlace => {
      const { datasetId, draw } = sampler.pick(step, slot);
      const dataset = plan.datasets.find(({ id }) => id === datasetId)!;
      const { epoch, window } = windowOf({
        datasetId,
        draw,
        sequence: segment.sequence,
        windows: windows.get(datasetId)!,
        order: dataset.order,
      });
      return { dataset: dataset.name, datasetId, draw, epoch, window };
    });
  };
  return {
    tokensThrough: (step) => 64 * step,
    placesAt,
    tokensReadBefore: (step) =>
      new Map(plan.datasets.map(({ name, id }) => [name, sampler.tokensReadBefore(step, id)])),
    batchAt(step) {
      const places = placesAt(step);
      return fill(sampler.segmentAt(step), (row) => places[row]!.window * 100 + Number(places[row]!.datasetId[0]));
    },
    heldOut: plan.datasets.map(({ name }, index) => ({
      dataset: name,
      batches: (shape) => [
        fill({ batch_sequences: shape.sequences, sequence: shape.sequence }, (row) => 10 * index + row),
      ],
    })),
  };
}
