import Fraction from 'fraction.js';
import { format } from '../../../grammar/index.ts';
import { printable } from '../../diagnostics/reporters/printable.ts';
import { block } from '../../emit/recipe/block.ts';
import { allDigits, countText, realText, shareLines, textLiteral } from '../../emit/recipe/literals.ts';
import { formatCount, formatSteps } from '../../report/format-number.ts';
import type {
  ImportedData,
  ImportedModel,
  ImportedOptimizer,
  ImportedPart,
  ImportedSchedule,
  ImportedSource,
  NanotronConfig,
} from './imported-run.ts';
import type { NamedData } from './name-data.ts';

/** A part of the run under a name of the language. */
export interface NamedPart extends ImportedPart {
  readonly name: string;
  /** Datasets by name, with their parts of 1. */
  readonly shares: readonly { readonly dataset: string; readonly share: Fraction }[];
}

/** All that the recipe says; settings without a part are those of `config`. */
export interface ImportedRun {
  readonly name: string;
  /** Of each configuration, without its folder. */
  readonly files: readonly string[];
  readonly config: NanotronConfig;
  readonly model: ImportedModel;
  readonly schedule: ImportedSchedule;
  readonly datasets: readonly NamedData[];
  readonly parts: readonly NamedPart[];
}

/** Where the recipe looks for the text of a dataset that the configuration knows as tokenized files. */
export function textPlace(name: string): string {
  return `data/${name}/*.jsonl`;
}

/**
 * The recipe of a run, formatted. What a configuration does not know, as the text of its datasets, is a place to fill. There is
 * none where an exact number has more digits than the language takes (shares and ends of cut decays are quotients), or where the
 * recipe is larger than a file of the language.
 */
export function printImported(run: ImportedRun): string | { readonly beyond: 'digits' | 'size' } {
  const { name, files, config, datasets } = run;
  const parts = [
    `# From ${files.map(commentText).join(', ')}, for nanotron.\nrecipe ${name}\nlanguage = 1`,
    [`seed = ${config.seed}`, config.tokenizer && `tokenizer = ${sourceText(config.tokenizer)}`]
      .filter(Boolean)
      .join('\n'),
    ...datasets.map(printData),
    printModel(run.model),
    printPretrain(run),
  ];
  const result = format(`${parts.join('\n\n')}\n`, 'imported.smol');
  if ('text' in result) return result.text;
  const has = (wanted: string) => result.problems.some(({ problem }) => problem === wanted);
  if (has('file-too-large')) return { beyond: 'size' };
  if (has('number-out-of-range')) return { beyond: 'digits' };
  throw new Error(`the imported recipe does not parse: ${JSON.stringify(result.problems[0])}`);
}

/** A text of the configuration in a comment: on one line, and nothing in it acts. */
function commentText(text: string): string {
  return printable(text.length > 200 ? `${text.slice(0, 199)}…` : text);
}

function printData({ name, data }: NamedData): string {
  if (data.kind === 'hub') {
    const format = data.source.column === null ? '' : `, format = text(${textLiteral(data.source.column)})`;
    return `dataset ${name} { source = ${sourceText(data.source)}${format} }`;
  }
  return `# ${sourceComment(data)}\ndataset ${name} { source = local(${JSON.stringify(textPlace(name))}) }`;
}

function sourceComment(data: Exclude<ImportedData, { readonly kind: 'hub' }>): string {
  switch (data.kind) {
    case 'folder':
      return `nanotron reads the tokenized files of ${commentText(data.folder)}: the text that they were made of goes here`;
    case 'rows':
      return `nanotron reads the rows of ${commentText(data.folder)}: their text goes here`;
    case 'random':
      return 'nanotron makes up random tokens: text goes here';
  }
}

function sourceText(source: ImportedSource): string {
  if (source.kind === 'local') return `local(${textLiteral(source.path)})`;
  const { repository, config, revision } = source;
  const named = Object.entries({ config, revision }).flatMap(([key, value]) =>
    value === null ? [] : [`${key} = ${textLiteral(value)}`],
  );
  return `hf(${[textLiteral(repository), ...named].join(', ')})`;
}

function printModel(model: ImportedModel): string {
  const { layers, hidden, ffn, heads, kvHeads, vocab, context, ropeTheta, normEps, initStd } = model;
  const counts = Object.entries({ layers, hidden, ffn, heads, kv_heads: kvHeads, vocab, context });
  return block('model', [
    ...counts.map(([key, value]) => `${key} = ${countText(value)}`),
    `rope_theta = ${realText(ropeTheta)}`,
    `norm_eps = ${realText(normEps)}`,
    initStd && `init_std = ${realText(initStd)}`,
    `tie_embeddings = ${model.tieEmbeddings}`,
  ]);
}

function printPretrain({ config, model, schedule, parts }: ImportedRun): string {
  const first = parts[0]!;
  const ends = tokenEnds(parts);
  const [only] = parts.length === 1 ? [shareLines(withSpans(first))] : [null];
  const { start, precision, recompute, optimizer, checkpointEvery: every } = config;
  return block('pretrain', [
    start === null ? null : `from = nanotron(${textLiteral(start)})`,
    `tokens = ${tokensText(ends.at(-1)!)}  # ${formatSteps(parts.at(-1)!.lastStep)}`,
    `sequence = ${countText(first.sequence)}`,
    `batch = ${countText(first.batch)} sequences`,
    first.attention === 'full' ? null : `attention = ${first.attention}`,
    `precision = ${precision}`,
    recompute ? 'recompute = layer' : null,
    `optimizer = ${optimizerText(optimizer)}`,
    `clip_norm = ${optimizer.clipNorm === null ? 'none' : realText(optimizer.clipNorm)}`,
    `schedule = ${scheduleText(schedule)}`,
    every === null ? null : `checkpoint = every(${countText(every)} steps)`,
    ...(only !== null && !only.normalized
      ? only.lines
      : parts.map(
          (part, index) => `\n${printStage(part, first, model, [ends[index - 1] ?? new Fraction(0), ends[index]!])}`,
        )),
  ]);
}

/** Whole billions by their suffix; other numbers of tokens are of use to the last digit. */
function tokensText(tokens: Fraction): string {
  const isShort = tokens.n % 1_000_000_000n === 0n;
  return isShort ? countText(tokens) : allDigits(tokens.n);
}

/** Tokens trained at the end of each part. */
function tokenEnds(parts: readonly ImportedPart[]): readonly Fraction[] {
  let end = new Fraction(0);
  return parts.map(({ firstStep, lastStep, batch, sequence }) => {
    end = end.add(new Fraction(lastStep - firstStep + 1).mul(batch).mul(sequence));
    return end;
  });
}

function printStage(
  part: NamedPart,
  first: ImportedPart,
  model: ImportedModel,
  [from, to]: readonly [Fraction, Fraction],
): string {
  const { normalized, lines } = shareLines(withSpans(part));
  const [firstStep, lastStep] = [part.firstStep, part.lastStep].map(formatCount);
  const steps = firstStep === lastStep ? `step ${firstStep}` : `steps ${firstStep} to ${lastStep}`;
  const head = `stage ${part.name} ${tokensText(from)}..${tokensText(to)}${normalized ? ' normalized' : ''}`;
  const entries = [
    part.sequence !== first.sequence && `sequence = ${countText(part.sequence)}`,
    part.batch !== first.batch && `batch = ${countText(part.batch)} sequences`,
    !part.ropeTheta.equals(model.ropeTheta) && `rope_theta = ${realText(part.ropeTheta)}`,
    part.attention !== first.attention && `attention = ${part.attention}`,
    ...lines,
  ];
  return `# ${steps}\n${block(head, entries)}`;
}

function withSpans({ shares, stage }: NamedPart) {
  return shares.map((share) => ({ ...share, span: stage.span }));
}

function optimizerText({ beta1, beta2, eps, weightDecay, exclude }: ImportedOptimizer): string {
  const numbers = Object.entries({ beta1, beta2, eps, weight_decay: weightDecay });
  const words = numbers.map(([key, value]) => `${key} = ${realText(value)}`);
  return `adamw(${[...words, ...(exclude.length === 0 ? [] : [`decay_exclude = [${exclude.join(', ')}]`])].join(', ')})`;
}

function scheduleText({ kind, peak, warmup, decay, shape, end }: ImportedSchedule): string {
  const words = [
    `peak = ${realText(peak)}`,
    `warmup = ${countText(warmup)} steps`,
    ...(kind === 'wsd' ? [`decay = ${countText(decay)} steps`, `shape = ${shape}`] : []),
    ...(kind === 'constant' ? [] : [`to = ${realText(end)}`]),
  ];
  return `${kind}(${words.join(', ')})`;
}
