import type {
  ResolvedClassifier,
  ResolvedDataset,
  ResolvedFormat,
  ResolvedGeneration,
  ResolvedSource,
  ResolvedTake,
  ResolvedTakes,
} from '../../normalize/types.ts';
import { stepText } from '../../plan/step-text.ts';
import { block } from './block.ts';
import { chatText } from './chat-text.ts';
import { countText, percentText, realText } from './literals.ts';

/** A dataset's block with every attribute that it has a value for. */
export function printDataset(dataset: ResolvedDataset): string {
  const { source, sizeTokens, sizeRows, domain, repeat, onExhaustion, steps } = dataset;
  return block(`dataset ${dataset.name}`, [
    source.value.kind === 'takes' ? null : `source = ${sourceText(source.value)}`,
    sizeTokens && `size = ${countText(sizeTokens.value)} tokens`,
    sizeRows && `size = ${countText(sizeRows.value)} rows`,
    domain.value && `domain = ${domain.value}`,
    `format = ${formatText(dataset.format)}`,
    dataset.chat && `chat = ${chatText(dataset.chat.value)}`,
    `holdout = ${countText(dataset.holdoutRows.value)} rows`,
    `max_malformed = ${percentText(dataset.maxMalformed.value)}`,
    `order = ${dataset.order.value}`,
    `repeat = ${repeat.value.kind === 'never' ? 'never' : `${realText(repeat.value.limit)} epochs`}`,
    // What `never` means by itself; written, it would need a size that the recipe may not have.
    repeat.value.kind === 'never' && onExhaustion.value === 'error' ? null : `on_exhaustion = ${onExhaustion.value}`,
    ...steps.map((step) => stepText(step)),
    ...(source.value.kind === 'takes' ? takeLines(source.value) : []),
  ]);
}

/** `local("data/*.jsonl")`, `hf("owner/name", revision = "main")`, or another dataset's name. */
export function sourceText(source: ResolvedSource | ResolvedGeneration): string {
  if (source.kind === 'generate') return generationText(source);
  if (source.kind === 'dataset') return source.dataset;
  if (source.kind === 'local') return `local(${source.paths.map((path) => JSON.stringify(path)).join(', ')})`;
  const { repository, config, split, revision } = source;
  const named = Object.entries({ config, split, revision }).flatMap(([name, value]) =>
    value === null ? [] : [`${name} = ${JSON.stringify(value)}`],
  );
  return `hf(${[JSON.stringify(repository), ...named].join(', ')})`;
}

function generationText(source: ResolvedGeneration): string {
  const { endpoint, model, prompts, system, samples, turns, temperature, top_p, max_tokens } = source;
  const parts = [
    JSON.stringify(endpoint),
    JSON.stringify(model),
    prompts,
    ...(system === null ? [] : [`system = ${JSON.stringify(system)}`]),
    `samples = ${countText(samples)}`,
    `turns = ${countText(turns)}`,
    `temperature = ${realText(temperature)}`,
    `top_p = ${realText(top_p)}`,
    ...(max_tokens === null ? [] : [`max_tokens = ${countText(max_tokens)}`]),
  ];
  return `generate(${parts.join(', ')})`;
}

/** A classifier's block. */
export function printClassifier(classifier: ResolvedClassifier): string {
  const { name, model, reads, annotations, label, least, most } = classifier;
  return block(`classifier ${name}`, [
    `model = ${sourceText(model.value)}`,
    `reads = ${JSON.stringify(reads.value)}`,
    annotations && `annotations = ${annotations.value}`,
    `label = ${JSON.stringify(label.value)}`,
    `least = ${realText(least.value)}`,
    `most = ${realText(most.value)}`,
  ]);
}

function formatText(format: ResolvedFormat): string {
  const { kind, ...columns } = format;
  const texts = Object.entries(columns).map(([name, column]) => `${name} = ${JSON.stringify(column)}`);
  return `${kind}(${texts.join(', ')})`;
}

function takeLines({ takes }: ResolvedTakes): readonly string[] {
  return takes.map(({ dataset, amount }) => `take ${amountText(amount)} ${dataset}`);
}

function amountText(amount: ResolvedTake['amount']): string {
  if (amount.unit === 'all') return 'all';
  return amount.unit === 'rows' ? countText(amount.amount) : percentText(amount.amount);
}
