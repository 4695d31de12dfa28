import { attribute } from './row.ts';
import { atLeast, beyond, boolean, real, whole, words } from './value-types.ts';

const blocks = ['model'] as const;

/** Limits keep one file from asking for more memory than any machine has; the largest published models lie well inside. */
export const modelAttributes = {
  family: attribute({
    name: 'family',
    blocks,
    type: words('llama'),
    default: { value: 'llama', source: 'the family of SmolLM2, and the only one so far' },
    documentation: 'The architecture: `llama` is a decoder with RoPE, RMSNorm, SwiGLU and grouped-query attention.',
  }),
  layers: attribute({
    name: 'layers',
    blocks,
    type: whole(['number'], { most: atLeast('1024') }),
    default: 'required',
    documentation: 'Number of decoder layers.',
  }),
  hidden: attribute({
    name: 'hidden',
    powerOfTwo: true,
    blocks,
    type: whole(['number'], { most: atLeast('131072') }),
    default: 'required',
    documentation: 'Width of the residual stream.',
  }),
  ffn: attribute({
    name: 'ffn',
    powerOfTwo: true,
    blocks,
    type: whole(['number'], { most: atLeast('1048576') }),
    default: 'required',
    documentation: 'Width of the feed-forward layer between its projections.',
  }),
  heads: attribute({
    name: 'heads',
    blocks,
    type: whole(['number'], { most: atLeast('1024') }),
    default: 'required',
    documentation: 'Number of query heads; it divides `hidden`.',
  }),
  kvHeads: attribute({
    name: 'kv_heads',
    blocks,
    type: whole(['number'], { most: atLeast('1024') }),
    default: { like: 'model.heads', source: 'multi-head attention: each query head has its own keys and values' },
    documentation: 'Number of key and value heads; it divides `heads`.',
  }),
  vocab: attribute({
    name: 'vocab',
    powerOfTwo: true,
    blocks,
    type: whole(['number'], { least: atLeast('2'), most: atLeast('16777216') }),
    default: 'required',
    documentation: "Rows of the embedding: at least the tokenizer's number of tokens.",
  }),
  context: attribute({
    name: 'context',
    powerOfTwo: true,
    blocks,
    type: whole(['tokens'], { least: atLeast('2'), most: atLeast('16777216') }),
    default: 'required',
    documentation: 'Longest sequence that the model is made for; no stage may go beyond it.',
  }),
  ropeTheta: attribute({
    name: 'rope_theta',
    blocks,
    type: real(['number'], { least: atLeast('1'), most: atLeast('1000000000000') }),
    default: { value: '10_000', source: 'Su et al. 2021, RoFormer, section 3.2.2' },
    documentation: 'Base of the rotary position angles; raised when a stage extends the context.',
  }),
  normEps: attribute({
    name: 'norm_eps',
    blocks,
    type: real(['number'], { most: beyond('1') }),
    default: { value: '1e-5', source: "Llama 2's and SmolLM2's configuration" },
    documentation: 'Added to the mean square in RMSNorm.',
  }),
  tieEmbeddings: attribute({
    name: 'tie_embeddings',
    blocks,
    type: boolean,
    default: { value: 'false', source: "Llama's configuration" },
    documentation: 'Whether the output layer uses the embedding matrix.',
  }),
  initStd: attribute({
    name: 'init_std',
    blocks,
    type: real(['number'], { most: atLeast('10') }),
    default: { value: '0.02', source: "Llama's `initializer_range`" },
    documentation: 'Standard deviation of the initial weights.',
  }),
};
