import Fraction from 'fraction.js';
import type { Span } from '../../../grammar/index.ts';
import * as rows from '../../diagnostics/catalogue/import-meaning.ts';
import { diagnose } from '../../diagnostics/catalogue-row.ts';
import {
  type ConfigSection,
  leaveOut,
  nodeOf,
  nodeWords,
  pathOf,
  readNumber,
  refuseType,
  required,
  spanOfKey,
  textOf,
} from '../config-section.ts';
import type { YamlNode } from '../yaml-node.ts';
import type { ImportedData, WeightedData } from './imported-run.ts';
import { isHubName } from './read-source.ts';

/** Reads a block `dataset`: folders of tokenized files with their weights, or a dataset of the hub. */
export function readDataset(section: ConfigSection, stage: string): readonly WeightedData[] {
  const conversations = nodeOf(section, 'sft_dataloader') ?? nodeOf(section, 'debug_max_samples');
  if (conversations !== null) {
    const why = '`smol import` takes over pretraining';
    return refuse(section, conversations.span, rows.notSayable, {
      what: `stage \`${stage}\` fine-tunes on conversations`,
      why,
      help: null,
    });
  }
  if (nodeOf(section, 'dataset_max_tokens') !== null) {
    const what = '`dataset_max_tokens` bounds what is read of each folder before it is read again';
    const data = { what, instead: 'reads all of each dataset', help: 'give files that hold as much' };
    section.notes.collector.add(diagnose(rows.trainsOtherwise, spanOfKey(section, 'dataset_max_tokens'), data));
  }
  if (nodeOf(section, 'hf_dataset_or_datasets') !== null) return readHub(section, stage);
  required(section, 'dataset_folder', null);
  return readFolders(section, stage);
}

function readHub(section: ConfigSection, stage: string): readonly WeightedData[] {
  const key = 'hf_dataset_or_datasets';
  const node = nodeOf(section, key)!;
  if (node.kind !== 'scalar') {
    const what = `stage \`${stage}\` takes parts of the rows of several datasets (\`${key}\`)`;
    const why = 'shares of a recipe are parts of the trained tokens, which depend on their sizes';
    return refuse(section, node.span, rows.notSayable, {
      what,
      why,
      help: 'name one dataset, or write folders with `dataset_weights`',
    });
  }
  const name = textOf(section, key);
  if (name === null) return [];
  const own = { weight: new Fraction(1), isWeighted: false };
  if (!isHubName(name.value)) return [{ data: { kind: 'rows', folder: name.value, span: name.span }, ...own }];
  checkSplits(section);
  const column = textOf(section, 'text_column_name')?.value ?? null;
  const source = {
    kind: 'hf',
    repository: name.value,
    config: textOf(section, 'hf_dataset_config_name')?.value ?? null,
    revision: null,
    column: column === 'text' ? null : column,
  } as const;
  return [{ data: { kind: 'hub', source, span: name.span }, ...own }];
}

/** nanotron loads every split that is named, and trains on `train`. */
function checkSplits(section: ConfigSection): void {
  const key = 'hf_dataset_splits';
  const node = nodeOf(section, key);
  const named = node?.kind === 'list' ? node.items : [node];
  if (node === null || named.some((split) => split?.kind === 'scalar' && split.text === 'train')) return;
  const what = `\`${key}\` is ${nodeWords(node)}, and nanotron trains on the split \`train\``;
  const help = `write \`${key}: train\`, and \`split = "…"\` in the recipe if it was to be another`;
  refuse(section, node.span, rows.valueRefused, { what, help });
}

/** A folder, a list of folders with `dataset_weights` beside it, or, in older files, a map of folders to weights. */
function readFolders(section: ConfigSection, stage: string): readonly WeightedData[] {
  const key = 'dataset_folder';
  const node = nodeOf(section, key);
  if (node === null) return [];
  // nanotron overwrites the weights of a single folder with 1.
  if (node.kind === 'scalar') {
    const folder = textOf(section, key);
    return folder === null ? [] : [weighted(folder.value, folder.span, null)];
  }
  const folders =
    node.kind === 'map'
      ? [...node.entries].map(([folder, { keySpan, value }]) => ({ folder, span: keySpan, weight: value }))
      : foldersWithWeights(section, node.items, stage);
  const read = (folders ?? []).flatMap(({ folder, span, weight }) => {
    if (weight === null) return [weighted(folder, span, null)];
    const number = readNumber(section, 'dataset_weights', weight, 'a number');
    return number === null ? [] : [weighted(folder, span, number.value)];
  });
  // Weights that are no numbers are told already.
  return folders === null || read.length < folders.length ? [] : merged(section, read, stage);
}

interface WrittenFolder {
  readonly folder: string;
  readonly span: Span;
  /** null: no weights are given, so all are equal. */
  readonly weight: YamlNode | null;
}

function foldersWithWeights(
  section: ConfigSection,
  items: readonly YamlNode[],
  stage: string,
): readonly WrittenFolder[] | null {
  const weights = nodeOf(section, 'dataset_weights');
  const given = weights?.kind === 'list' ? weights.items : [];
  if (weights !== null && weights.kind !== 'list') {
    return refuseType(section, 'dataset_weights', weights, 'a list of numbers');
  }
  if (given.length > 0 && given.length !== items.length) {
    const what = `stage \`${stage}\` has ${given.length} \`dataset_weights\` for ${items.length} folders`;
    refuse(section, weights!.span, rows.valueRefused, { what, help: 'give each folder its weight' });
    return null;
  }
  if (items.some((item) => item.kind !== 'scalar' || item.text === '')) {
    const what = `\`${pathOf(section, 'dataset_folder')}\` holds something that is no folder`;
    refuse(section, spanOfKey(section, 'dataset_folder'), rows.valueRefused, { what, help: null });
    return null;
  }
  return items.map((item, index) => ({
    folder: item.kind === 'scalar' ? item.text : '',
    span: item.span,
    weight: given[index] ?? null,
  }));
}

/** Without weights, all folders of a stage have the same. */
function weighted(folder: string, span: Span, weight: Fraction | null): WeightedData {
  const own = { weight: weight ?? new Fraction(1), isWeighted: weight !== null };
  return { data: { kind: 'folder', folder, span }, ...own };
}

/** Each folder once, without those of weight 0, of which nothing is read. */
function merged(section: ConfigSection, read: readonly WeightedData[], stage: string): readonly WeightedData[] {
  const { collector } = section.notes;
  const byName = new Map<string, WeightedData>();
  for (const each of read) {
    const { folder, span } = each.data as ImportedData & { readonly kind: 'folder' };
    const known = byName.get(folder);
    if (each.weight.equals(0)) {
      leaveOut(section.notes, 'its weight is 0', folder, span);
      continue;
    }
    if (known !== undefined) {
      const what = `stage \`${stage}\` names \`${folder}\` twice, and nanotron reads it twice from its start`;
      const data = { what, instead: 'has one share of it, the sum of both', help: null };
      collector.add(diagnose(rows.trainsOtherwise, span, data));
    }
    byName.set(folder, { ...each, weight: each.weight.add(known?.weight ?? 0) });
  }
  if (read.length === 0) {
    const data = { what: `stage \`${stage}\` names no folder`, help: 'name the folders of its tokenized files' };
    refuse(section, spanOfKey(section, 'dataset_folder'), rows.valueRefused, data);
  } else if (byName.size === 0) {
    const data = { what: `the weights of stage \`${stage}\` add up to 0`, help: 'give a folder a weight above 0' };
    refuse(section, spanOfKey(section, 'dataset_weights'), rows.valueRefused, data);
  }
  return [...byName.values()];
}

function refuse<Data>(
  { notes }: ConfigSection,
  span: Span,
  row: Parameters<typeof diagnose<Data>>[0],
  data: Data,
): readonly WeightedData[] {
  notes.collector.add(diagnose(row, span, data));
  return [];
}
