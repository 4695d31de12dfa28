import Fraction from 'fraction.js';
import * as rows from '../../diagnostics/catalogue/import-meaning.ts';
import { diagnose } from '../../diagnostics/catalogue-row.ts';
import { realText } from '../../emit/recipe/literals.ts';
import {
  type ConfigSection,
  flagOf,
  nodeOf,
  nodeWords,
  numberOf,
  required,
  spanOfKey,
  textOf,
  wholeOf,
  withDefault,
  wordOf,
} from '../config-section.ts';
import { isOtherFamily, knownSection } from './config-keys.ts';
import type { ImportedModel } from './imported-run.ts';

/** The model with what its block says of how it is computed. */
export interface ModelReading {
  readonly model: ImportedModel;
  readonly precision: 'bf16' | 'float32';
  readonly attention: 'full' | 'document';
  /** The checkpoint whose weights training starts from. */
  readonly start: string | null;
}

/**
 * Reads `model`. `tp` counts for the rows of the embedding, which nanotron pads to a multiple of it. `weights` is a checkpoint that
 * is loaded whatever `init_method` says. Defaults are those of nanotron's LlamaConfig and Qwen2Config (models_config.py), which
 * without biases are one architecture.
 */
export function readModel(file: ConfigSection, tp: number, weights: string | null): ModelReading {
  const section = knownSection(file, 'model', 'model');
  const config = knownSection(section, 'model_config', 'model_config');
  required(section, 'model_config', null);
  refuseOthers(config);
  warnOthers(config);
  const { start, initStd } = readStart(section, weights);
  const sizes = readSizes(config);
  const dtype = wordOf(section, 'dtype', ['bfloat16', 'float32'])?.value ?? 'bfloat16';
  return {
    model: { ...sizes, vocab: paddedVocab(section, config, sizes.vocab, tp), initStd },
    precision: dtype === 'float32' ? 'float32' : 'bf16',
    attention: masksDocuments(config) ? 'document' : 'full',
    start,
  };
}

function readSizes(config: ConfigSection): Omit<ImportedModel, 'initStd'> {
  const size = (key: string, other: number) =>
    withDefault(config, key, wholeOf(config, key), other, other.toLocaleString('en-US'));
  const real = (key: string, other: Fraction, words: string) =>
    withDefault(config, key, numberOf(config, key), other, words);
  const heads = size('num_attention_heads', 32);
  return {
    layers: size('num_hidden_layers', 32),
    hidden: size('hidden_size', 4096),
    ffn: size('intermediate_size', 11_008),
    heads,
    kvHeads: wholeOf(config, 'num_key_value_heads')?.value ?? heads,
    vocab: size('vocab_size', 32_000),
    context: size('max_position_embeddings', 2048),
    ropeTheta: real('rope_theta', new Fraction(10_000), '10,000'),
    normEps: real('rms_norm_eps', new Fraction(1, 1_000_000), '1e-6'),
    tieEmbeddings: withDefault(config, 'tie_word_embeddings', flagOf(config, 'tie_word_embeddings'), false, 'false'),
  };
}

/** nanotron adds rows to the embedding until every GPU of a tensor-parallel group has as many. */
function paddedVocab(section: ConfigSection, config: ConfigSection, vocab: number, tp: number): number {
  const multiple = (wholeOf(section, 'make_vocab_size_divisible_by')?.value ?? 1) * tp;
  const padded = Math.ceil(vocab / multiple) * multiple;
  if (padded !== vocab && Number.isSafeInteger(padded)) {
    const what = `nanotron pads \`vocab_size\` from ${vocab} to a multiple of ${multiple}`;
    tell(config, 'vocab_size', what, `has the ${padded} rows that are trained`, null);
  }
  return Number.isSafeInteger(padded) ? padded : vocab;
}

function readStart(section: ConfigSection, weights: string | null): { start: string | null; initStd: Fraction | null } {
  const init = knownSection(section, 'init_method', 'init_method');
  const start = weights ?? textOf(init, 'path')?.value ?? null;
  if (flagOf(init, 'use_mup')?.value) {
    refuse(init, 'use_mup', 'spectral µP', 'a recipe has one learning rate and one width of initial weights');
    return { start: null, initStd: null };
  }
  if (start !== null) return { start, initStd: null };
  const std = required(init, 'std', numberOf(init, 'std'));
  const scaling = wordOf(init, 'scaling_method', ['NONE', 'NUM_LAYERS', 'none', 'num_layers']);
  if (std !== null && (scaling?.value ?? 'NUM_LAYERS').toUpperCase() === 'NUM_LAYERS') {
    const what = 'nanotron draws the output projections with `std` / sqrt(2 x layers) (`scaling_method`)';
    tell(init, 'std', what, `draws every matrix with ${realText(std.value)}`, 'initial weights alone differ');
  }
  return { start: null, initStd: std?.value ?? null };
}

function masksDocuments(config: ConfigSection): boolean {
  const mask = wordOf(config, 'flex_attention_mask', ['document', 'sliding_window', 'sliding_window_document']);
  if (mask !== null && mask.value !== 'document') {
    refuse(config, 'flex_attention_mask', 'attention in a window', 'a recipe has `full` and `document`');
  }
  return (flagOf(config, '_use_doc_masking')?.value ?? false) || mask?.value === 'document';
}

/** Architectures that are not Llama's. */
function refuseOthers(config: ConfigSection): void {
  const family = 'a recipe has `family = llama` only';
  for (const [key, { value }] of config.map.entries) {
    if (isOtherFamily(key) && value.kind === 'scalar' && value.text.toLowerCase() === 'true') {
      refuse(config, key, `\`${key}\``, family);
    }
  }
  const activation = textOf(config, 'hidden_act');
  if (activation !== null && activation.value !== 'silu') {
    refuse(config, 'hidden_act', `\`hidden_act\` is \`${activation.value}\``, `${family}, whose activation is silu`);
  }
  if (flagOf(config, 'attention_bias')?.value) {
    refuse(config, 'attention_bias', 'biases in attention', family);
  }
  for (const [key, what] of Object.entries(otherArchitecture)) {
    const node = nodeOf(config, key);
    if (node !== null) refuse(config, key, `${what} (\`${key}\` is ${nodeWords(node)})`, family);
  }
}

/** Keys that, where they are given at all, make another architecture. */
const otherArchitecture = {
  moe_config: 'a mixture of experts',
  sliding_window_size: 'attention in a window',
  no_rope_layer: 'layers without RoPE',
  rope_seq_len_interpolation_factor: 'interpolated positions',
} as const;

function warnOthers(config: ConfigSection): void {
  if (flagOf(config, 'z_loss_enabled')?.value) {
    const what = 'the z-loss is added to the loss (`z_loss_enabled`)';
    tell(config, 'z_loss_enabled', what, 'trains on the cross-entropy alone', null);
  }
  if (nodeOf(config, 'rope_scaling') !== null) {
    const what = '`rope_scaling` is given, and nanotron (2411b022) does nothing with it';
    tell(config, 'rope_scaling', what, 'leaves it out', 'other programs that load the weights would follow it');
  }
  if (flagOf(config, 'rope_interleaved')?.value) {
    const what = '`rope_interleaved` rotates neighbouring dimensions';
    const help = 'from random weights the model is the same; weights of one have to be reordered for the other';
    tell(config, 'rope_interleaved', what, 'rotates halves, as transformers does', help);
  }
}

function refuse(section: ConfigSection, key: string, what: string, why: string): void {
  section.notes.collector.add(diagnose(rows.notSayable, spanOfKey(section, key), { what, why, help: null }));
}

function tell(section: ConfigSection, key: string, what: string, instead: string, help: string | null): void {
  section.notes.collector.add(diagnose(rows.trainsOtherwise, spanOfKey(section, key), { what, instead, help }));
}
