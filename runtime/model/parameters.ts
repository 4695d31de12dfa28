import type { PlanModel } from '../../compiler/plan/index.ts';

/** What a parameter is, by its place in the model: an optimizer decides by this, never by rank or shape. */
export type ParameterGroup = 'embeddings' | 'norms' | 'matrices';

export interface ParameterSpec {
  /** Stable: the name in checkpoints. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly group: ParameterGroup;
}

/**
 * Parameters of a Llama-family decoder, in the order in which they are used. A projection is [in, out] (activations multiply
 * from the left); `embedding` and, when it is not tied to it, `output` are [vocab, hidden].
 */
export function parameterLayout(model: PlanModel): ParameterSpec[] {
  const { hidden, vocab } = model;
  const specs: ParameterSpec[] = [{ name: 'embedding', shape: [vocab, hidden], group: 'embeddings' }];
  for (let layer = 0; layer < model.layers; layer++) specs.push(...layerLayout(model, `layers.${layer}`));
  specs.push({ name: 'final_norm', shape: [hidden], group: 'norms' });
  if (!model.tie_embeddings) specs.push({ name: 'output', shape: [vocab, hidden], group: 'matrices' });
  return specs;
}

/** Parameters of one layer; `layerParametersOf` (decoder-parameters.ts) reads them in this order. */
function layerLayout(model: PlanModel, prefix: string): ParameterSpec[] {
  const { hidden, ffn } = model;
  const queries = model.heads * model.head_size;
  const keys = model.kv_heads * model.head_size;
  const matrix = (name: string, shape: number[]): ParameterSpec => ({
    name: `${prefix}.${name}`,
    shape,
    group: 'matrices',
  });
  const norm = (name: string): ParameterSpec => ({ name: `${prefix}.${name}`, shape: [hidden], group: 'norms' });
  return [
    norm('attention_norm'),
    matrix('attention.query', [hidden, queries]),
    matrix('attention.key', [hidden, keys]),
    matrix('attention.value', [hidden, keys]),
    matrix('attention.output', [queries, hidden]),
    norm('feed_forward_norm'),
    matrix('feed_forward.gate', [hidden, ffn]),
    matrix('feed_forward.up', [hidden, ffn]),
    matrix('feed_forward.down', [ffn, hidden]),
  ];
}

/** A parameter of every layer as one array [layers, …], named `layers.*.attention.query`, and the parameters it is made of. */
export interface StackedParameterSpec extends ParameterSpec {
  readonly parts: readonly ParameterSpec[];
}

/** The parameters with those of all layers stacked: embedding, one array for each parameter of a layer, and the rest. */
export function stackedLayout(model: PlanModel): StackedParameterSpec[] {
  const alone = (spec: ParameterSpec): StackedParameterSpec => ({ ...spec, parts: [spec] });
  const layers = Array.from({ length: model.layers }, (_, layer) => layerLayout(model, `layers.${layer}`));
  const stacked = layerLayout(model, 'layers.*').map((spec, i) => ({
    ...spec,
    shape: [model.layers, ...spec.shape],
    parts: layers.map((layer) => layer[i]!),
  }));
  const [embedding, ...others] = parameterLayout(model).filter(({ name }) => !name.startsWith('layers.'));
  return [alone(embedding!), ...stacked, ...others.map(alone)];
}

/** Number of values in an array of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Total parameter count of a layout; equals `PlanModel.parameters`. */
export function countParameters(layout: readonly ParameterSpec[]): number {
  return layout.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
