import { open } from 'node:fs/promises';
import type { PlanModel } from '../../../compiler/plan/index.ts';
import { type ParameterSpec, parameterLayout, sizeOf } from '../../model/parameters.ts';
import type { NamedArray } from '../../model/types.ts';
import { ModelFileError } from '../model-file-error.ts';
import { readFully } from '../read-fully.ts';
import { transpose } from '../transpose.ts';
import { blockFormat, decodeBlocks } from './block-formats.ts';
import { interleavedToHalves } from './interleaved-to-halves.ts';

/** A tensor of a GGUF file: extents with the fastest first, ggml's type number, and the place of its bytes. */
export interface GgufTensor {
  readonly name: string;
  readonly extents: readonly number[];
  readonly type: number;
  readonly from: number;
}

const partNames: Readonly<Record<string, string>> = {
  attention_norm: 'attn_norm',
  'attention.query': 'attn_q',
  'attention.key': 'attn_k',
  'attention.value': 'attn_v',
  'attention.output': 'attn_output',
  feed_forward_norm: 'ffn_norm',
  'feed_forward.gate': 'ffn_gate',
  'feed_forward.up': 'ffn_up',
  'feed_forward.down': 'ffn_down',
};
const modelNames: Readonly<Record<string, string>> = {
  embedding: 'token_embd.weight',
  final_norm: 'output_norm.weight',
  output: 'output.weight',
};

function tensorName(parameter: string): string {
  const [, layer, part] = /^layers\.(\d+)\.(.+)$/.exec(parameter) ?? [];
  return part === undefined ? modelNames[parameter]! : `blk.${layer}.${partNames[part]!}.weight`;
}

/**
 * The parameters of a GGUF file in the layout's order, dequantised to float32. Names, extents and the file's size are checked
 * before any value is read. Throws `ModelFileError`: a tensor that is missing, unknown, of other extents or of a type that is
 * not read, and a file that ends early.
 */
export async function readGgufParameters(
  path: string,
  tensors: ReadonlyMap<string, GgufTensor>,
  model: PlanModel,
  owner: string,
): Promise<NamedArray[]> {
  const layout = parameterLayout(model);
  const known = new Set(layout.map(({ name }) => tensorName(name)));
  const unknown = [...tensors.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) {
    const help = 'choose a model that is a plain Llama decoder';
    throw new ModelFileError(`\`${owner}\` has a tensor \`${unknown}\`, for which the model code has no place`, help);
  }
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const places = layout.map((spec) => placeOf(spec, tensors.get(tensorName(spec.name)), size, owner));
    const arrays: NamedArray[] = [];
    for (const [index, spec] of layout.entries()) {
      const { format, from, bytes } = places[index]!;
      const values = decodeBlocks(format, await readFully(file, from, bytes));
      arrays.push({ name: spec.name, shape: spec.shape, values: inOurLayout(spec, values, model) });
    }
    return arrays;
  } finally {
    await file.close();
  }
}

function placeOf(spec: ParameterSpec, tensor: GgufTensor | undefined, size: number, owner: string) {
  const name = tensorName(spec.name);
  if (tensor === undefined) throw new ModelFileError(`\`${owner}\` has no tensor \`${name}\``, 'download it again');
  // Our matrices are [in, out] and ggml's extents are the fastest first: [in, out] too, over the same bytes as [out, in] rows.
  const extents = isTurned(spec) ? spec.shape : spec.shape.toReversed();
  if (tensor.extents.join() !== extents.join()) {
    throw new ModelFileError(
      `\`${owner}\`: \`${name}\` is [${tensor.extents.join(', ')}], and its fields make it [${extents.join(', ')}]`,
      'download it again',
    );
  }
  const format = blockFormat(tensor.type);
  if (format === null) {
    throw new ModelFileError(
      `\`${owner}\`: \`${name}\` is stored as ggml type ${tensor.type}; F32, F16, Q4_1 and Q8_0 are read`,
      'choose a file in one of these',
    );
  }
  const bytes = (sizeOf(extents) / format.values) * format.bytes;
  if (extents[0]! % format.values !== 0 || tensor.from + bytes > size) {
    throw new ModelFileError(`\`${owner}\` ends before \`${name}\`, or cuts its blocks`, 'download it again');
  }
  return { format, from: tensor.from, bytes };
}

function isTurned({ name, group }: ParameterSpec): boolean {
  return group === 'matrices' && name !== 'output';
}

function inOurLayout(spec: ParameterSpec, values: Float32Array, model: PlanModel): Float32Array {
  if (!isTurned(spec)) return values;
  const [inputs, outputs] = spec.shape as [number, number];
  const isRotated = spec.name.endsWith('attention.query') || spec.name.endsWith('attention.key');
  const rows = isRotated ? interleavedToHalves(values, model.head_size, inputs) : values;
  return transpose(rows, outputs, inputs);
}
