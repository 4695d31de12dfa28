import { blockParameters, embeddingParameters } from './model-size.ts';
import type { PlanCluster, PlanMemory, PlanModel, PlanPhase, PlanStage } from './types.ts';

/** A phase with what its memory depends on. */
export interface PhaseInMemory {
  readonly phase: Pick<PlanPhase, 'precision' | 'stages' | 'recompute'>;
}

/** Bytes of each parameter, of its gradient and of its optimizer's state, and of one activation. */
interface ByteCounts {
  readonly weight: number;
  readonly gradient: number;
  readonly optimizer: number;
  readonly activation: number;
}

/**
 * bfloat16: weights in 2 bytes; gradients summed in float32; AdamW's float32 copy of the weights and two moments (Micikevicius
 * et al. 2017; Rajbhandari et al. 2019, ZeRO, section 3.1, with gradients in float32 as nanotron sums them). float32: the
 * weights need no copy.
 */
const byteCounts: Readonly<Record<PlanPhase['precision'], ByteCounts>> = {
  bf16: { weight: 2, gradient: 4, optimizer: 12, activation: 2 },
  float32: { weight: 4, gradient: 4, optimizer: 8, activation: 4 },
};

/**
 * Memory of the fullest GPU in the step that needs most, by part; nothing is sharded over replicas (ZeRO stage 0). It counts
 * what training has to keep: the framework's own memory, buffers of communication and fragmentation come on top.
 */
export function memoryOf(
  model: PlanModel,
  cluster: PlanCluster | null,
  phases: readonly PhaseInMemory[],
): PlanMemory | null {
  if (cluster === null) return null;
  const steps = phases.flatMap(({ phase }) =>
    phase.stages.map((stage) => stepMemory(model, cluster, stage, phase.precision, phase.recompute)),
  );
  return steps.reduce<PlanMemory | null>(
    (most, each) => (most && most.total_bytes >= each.total_bytes ? most : each),
    null,
  );
}

function stepMemory(
  model: PlanModel,
  cluster: PlanCluster,
  stage: PlanStage,
  precision: PlanPhase['precision'],
  recompute: PlanMemory['recompute'],
): PlanMemory {
  const bytes = byteCounts[precision];
  const parameters = parametersOnGpu(model, cluster);
  const microBatch = Math.min(cluster.micro_batch, Math.ceil(stage.batch_sequences / cluster.dp));
  const tokens = microBatch * stage.sequence;
  const [weights, gradients, optimizer] = [bytes.weight, bytes.gradient, bytes.optimizer].map(
    (each) => each * parameters,
  );
  const state = weights! + gradients! + optimizer!;
  const activations = activationBytes(model, cluster, bytes.activation, tokens);
  const logits = Math.ceil((tokens * model.vocab * 8) / cluster.tp);
  return {
    stage: stage.name,
    sequence: stage.sequence,
    micro_batch: microBatch,
    weights_bytes: weights!,
    gradients_bytes: gradients!,
    optimizer_bytes: optimizer!,
    state_bytes: state,
    activations_bytes: activations.kept,
    activations_recomputed_bytes: activations.recomputed,
    logits_bytes: logits,
    recompute,
    total_bytes: state + logits + (recompute === 'layer' ? activations.recomputed : activations.kept),
    gpu_bytes: cluster.gpu_bytes,
  };
}

/** Parameters of the GPU that holds most: its part of the layers with the embeddings, split over `tp`. */
function parametersOnGpu(model: PlanModel, { tp, pp }: PlanCluster): number {
  const layers = Math.ceil(model.layers / pp);
  const embeddings = Number(embeddingParameters(model)) / (pp > 1 && !model.tie_embeddings ? 2 : 1);
  return Math.ceil((embeddings + layers * Number(blockParameters(model)) + model.hidden) / tp);
}

/**
 * What the backward pass reads of each token and layer, counted as in Korthikanti et al. 2022 (section 4) for this family: the
 * inputs and outputs of both norms; queries, keys, values and the output of attention; the gate, its activation, the up
 * projection and their product; and a float32 sum for each head, all that attention in blocks keeps of its scores (Dao et al.
 * 2022). With sequence parallelism all of it is divided by `tp`. A pipeline's first part keeps `pp` passes (Narayanan et al.
 * 2021, 1F1B). Recomputed by layer (Chen et al. 2016), only the layers' inputs stay, and one layer in full.
 */
function activationBytes(
  model: PlanModel,
  { tp, pp }: PlanCluster,
  size: number,
  tokens: number,
): { readonly kept: number; readonly recomputed: number } {
  const query = model.heads * model.head_size;
  const key = model.kv_heads * model.head_size;
  const layer = size * (4 * model.hidden + 2 * query + 2 * key + 4 * model.ffn) + 4 * model.heads;
  const input = size * model.hidden;
  const layers = Math.ceil(model.layers / pp) * pp;
  const lastNorm = 2 * input;
  return {
    kept: Math.ceil((tokens * (layers * layer + lastNorm)) / tp),
    recomputed: Math.ceil((tokens * (layers * input + layer + lastNorm)) / tp),
  };
}
