import Fraction from 'fraction.js';
import * as rows from '../../diagnostics/catalogue/import-meaning.ts';
import { diagnose } from '../../diagnostics/catalogue-row.ts';
import { realText } from '../../emit/recipe/literals.ts';
import {
  type ConfigSection,
  flagOf,
  nodeOf,
  numberOf,
  required,
  spanOfKey,
  textOf,
  wholeOf,
  withDefault,
  wordOf,
} from '../config-section.ts';
import { knownSection } from './config-keys.ts';
import type { ImportedOptimizer, RateKeys } from './imported-run.ts';

const zero = new Fraction(0);

/** Reads the block `optimizer`. In older files AdamW's keys stand in the block itself. */
export function readOptimizer(section: ConfigSection, tieEmbeddings: boolean): ImportedOptimizer {
  const isOld = nodeOf(section, 'optimizer_factory') === null && nodeOf(section, 'adam_beta1') !== null;
  const adam = isOld ? section : knownSection(section, 'optimizer_factory', 'optimizer_factory');
  const name = isOld ? null : textOf(adam, 'name');
  if (name !== null && name.value.toLowerCase() !== 'adamw') {
    const data = { what: `the optimizer \`${name.value}\``, why: 'a recipe has AdamW only', help: null };
    section.notes.collector.add(diagnose(rows.notSayable, name.span, data));
  }
  if (!isOld) refuseOldKeys(section);
  warnLowGradients(section);
  const isAdam = name === null || name.value.toLowerCase() === 'adamw';
  const number = (at: ConfigSection, key: string) =>
    (isAdam ? required(at, key, numberOf(at, key)) : numberOf(at, key))?.value ?? zero;
  return {
    beta1: number(adam, 'adam_beta1'),
    beta2: number(adam, 'adam_beta2'),
    eps: number(adam, 'adam_eps'),
    weightDecay: number(section, 'weight_decay'),
    exclude: readExcluded(section, tieEmbeddings),
    clipNorm: numberOf(section, 'clip_grad')?.value ?? null,
  };
}

/** Keys of AdamW beside `optimizer_factory`, which has them. */
function refuseOldKeys(section: ConfigSection): void {
  for (const key of ['adam_beta1', 'adam_beta2', 'adam_eps']) {
    if (nodeOf(section, key) === null) continue;
    const data = {
      what: `\`${key}\` stands in \`optimizer\`, beside \`optimizer_factory\``,
      help: 'keep it in `optimizer_factory`',
    };
    section.notes.collector.add(diagnose(rows.valueRefused, spanOfKey(section, key), data));
  }
}

function warnLowGradients(section: ConfigSection): void {
  if (flagOf(section, 'accumulate_grad_in_fp32')?.value !== false) return;
  const what = 'gradients are added up in the precision of the model (`accumulate_grad_in_fp32`)';
  const data = { what, instead: 'adds them up in float32', help: null };
  section.notes.collector.add(diagnose(rows.trainsOtherwise, spanOfKey(section, 'accumulate_grad_in_fp32'), data));
}

/** Regular expressions that name a group of parameters, as files of nanotron and of smol have them; others are not run. */
const groups: ReadonlyMap<string, 'norms' | 'embeddings' | 'head'> = new Map([
  ['.*layernorm\\.', 'norms'],
  ['.*final_layer_norm\\.', 'norms'],
  ['.*token_embedding\\.', 'embeddings'],
  ['.*token_embedding.*', 'embeddings'],
  ['.*lm_head\\.', 'head'],
  ['.*lm_head.*', 'head'],
]);

function readExcluded(section: ConfigSection, tieEmbeddings: boolean): ImportedOptimizer['exclude'] {
  const key = 'weight_decay_exclude_named_params';
  const node = nodeOf(section, key);
  const texts = node?.kind === 'list' ? node.items.map((item) => (item.kind === 'scalar' ? item.text : '')) : [];
  const named = new Set(texts.map((text) => groups.get(text)));
  const norms = texts.includes('.*layernorm\\.') && texts.includes('.*final_layer_norm\\.');
  // Tied embeddings are one matrix.
  const embeddings = named.has('embeddings') && (tieEmbeddings || named.has('head'));
  const exclude = [...(norms ? (['norms'] as const) : []), ...(embeddings ? (['embeddings'] as const) : [])];
  const isSaid =
    !named.has(undefined) &&
    named.has('norms') === norms &&
    (named.has('embeddings') || named.has('head')) === embeddings;
  if (!isSaid) {
    const what = `\`${key}\` excludes other parameters than a recipe has words for`;
    const data = { what, instead: `has \`decay_exclude = [${exclude.join(', ')}]\``, help: null };
    section.notes.collector.add(diagnose(rows.trainsOtherwise, spanOfKey(section, key), data));
  }
  return exclude;
}

/** Reads `optimizer.learning_rate_scheduler`, with the defaults that nanotron fills in; null where a key is wrong or missing. */
export function readRate(optimizer: ConfigSection, trainSteps: number | null): RateKeys | null {
  const section = knownSection(optimizer, 'learning_rate_scheduler', 'learning_rate_scheduler');
  const peak = required(section, 'learning_rate', numberOf(section, 'learning_rate'));
  const warmups = ['linear', 'constant'] as const;
  const warmupStyle = required(section, 'lr_warmup_style', wordOf(section, 'lr_warmup_style', warmups));
  const styles = ['linear', 'cosine', '1-sqrt'] as const;
  const decayStyle = withDefault(
    section,
    'lr_decay_style',
    wordOf(section, 'lr_decay_style', styles),
    'linear',
    'linear',
  );
  const warmup = wholeOf(section, 'lr_warmup_steps', 0);
  const length = wholeOf(section, 'lr_decay_steps', 0);
  const start = wholeOf(section, 'lr_decay_starting_step', 0);
  if (peak === null || warmupStyle === null || trainSteps === null) return null;
  const end = withDefault(section, 'min_decay_lr', numberOf(section, 'min_decay_lr'), peak.value, realText(peak.value));
  const warmupSteps = warmup?.value ?? 0;
  return {
    peak: peak.value,
    warmup: warmupSteps,
    warmupStyle: warmupStyle.value,
    decayStyle,
    decayStart: start?.value ?? warmupSteps,
    decaySteps: length?.value ?? Math.max(0, trainSteps - warmupSteps),
    end,
    isLengthDefault: length === null,
    span: peak.span,
  };
}
