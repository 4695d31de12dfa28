import Fraction from 'fraction.js';
import * as rows from '../../diagnostics/catalogue/import-meaning.ts';
import { diagnose } from '../../diagnostics/catalogue-row.ts';
import {
  type ConfigSection,
  itemsOf,
  leaveOut,
  nodeOf,
  type Placed,
  required,
  spanOfKey,
  textOf,
  wholeOf,
} from '../config-section.ts';
import { checkKeys, knownSection } from './config-keys.ts';
import type { ImportedStage, WeightedData } from './imported-run.ts';
import { readDataset } from './read-dataset.ts';

/** Data stages in the order of their first steps, with what the file says of the tokenizer of its data. */
export interface StagesReading {
  readonly stages: readonly ImportedStage[];
  readonly tokenizer: string | null;
}

/** Reads `data_stages`, or the single `data` of older files. `seed` is that of the run. */
export function readStages(file: ConfigSection, seed: number): StagesReading {
  const isOld = nodeOf(file, 'data_stages') === null && nodeOf(file, 'data') !== null;
  if (isOld) {
    const name = { value: 'pretrain', span: spanOfKey(file, 'data') };
    const { data, tokenizer } = readData(file, name, seed);
    return { stages: [{ name, firstStep: 1, sequence: null, data }], tokenizer };
  }
  required(file, 'data_stages', null);
  if (nodeOf(file, 'data') !== null) {
    const data = {
      what: '`data` and `data_stages` are both given',
      help: 'keep `data_stages`: `data` is its older form',
    };
    file.notes.collector.add(diagnose(rows.valueRefused, spanOfKey(file, 'data'), data));
  }
  const readings = itemsOf(file, 'data_stages').map((section) => readStage(section, seed));
  const stages = readings.flatMap(({ stage }) => (stage === null ? [] : [stage]));
  // Of a stage that could not be read, more is said than what follows from its being left out.
  if (stages.length === readings.length) checkOrder(file, stages);
  return {
    stages: stages
      .toSorted((a, b) => a.firstStep.value - b.firstStep.value)
      .map(({ firstStep, ...stage }) => ({ ...stage, firstStep: firstStep.value })),
    tokenizer: readings.map(({ tokenizer }) => tokenizer).find((name) => name !== null) ?? null,
  };
}

type PlacedStage = Omit<ImportedStage, 'firstStep'> & { readonly firstStep: Placed<number> };

function readStage(section: ConfigSection, seed: number): { stage: PlacedStage | null; tokenizer: string | null } {
  checkKeys(section, 'stage');
  const name = required(section, 'name', textOf(section, 'name'));
  const firstStep = required(section, 'start_training_step', wholeOf(section, 'start_training_step', 0));
  const sequence = wholeOf(section, 'sequence_length')?.value ?? null;
  required(section, 'data', null);
  const { data, tokenizer } = readData(section, name ?? { value: 'stage', span: section.span }, seed);
  return { stage: name && firstStep && { name, firstStep, sequence, data }, tokenizer };
}

function readData(
  parent: ConfigSection,
  stage: Placed<string>,
  seed: number,
): { data: readonly WeightedData[]; tokenizer: string | null } {
  const section = knownSection(parent, 'data', 'data');
  const own = wholeOf(section, 'seed', 0);
  if (own !== null && own.value !== seed) {
    const why = 'a recipe has one seed, and `general.seed` is taken';
    leaveOut(section.notes, why, 'data.seed', own.span);
  }
  if (nodeOf(section, 'dataset') === null) {
    const span = spanOfKey(section, 'dataset');
    return {
      data: [{ data: { kind: 'random', name: stage.value, span }, weight: new Fraction(1), isWeighted: false }],
      tokenizer: null,
    };
  }
  const dataset = knownSection(section, 'dataset', 'dataset');
  return { data: readDataset(dataset, stage.value), tokenizer: textOf(dataset, 'tokenizer_name')?.value ?? null };
}

/** The rules of nanotron: one stage begins at step 1, and names and first steps are there once. */
function checkOrder(file: ConfigSection, stages: readonly PlacedStage[]): void {
  const refuse = (span: PlacedStage['name']['span'], what: string, help: string | null) =>
    file.notes.collector.add(diagnose(rows.valueRefused, span, { what, help }));
  const [first] = stages;
  if (first !== undefined && !stages.some(({ firstStep }) => firstStep.value === 1)) {
    refuse(first.firstStep.span, 'no data stage begins at step 1', 'set `start_training_step: 1` in the first one');
  }
  const names = new Set<string>();
  const starts = new Set<number>();
  for (const { name, firstStep } of stages) {
    if (names.has(name.value))
      refuse(name.span, `two data stages are called \`${name.value}\``, 'give each its own name');
    if (starts.has(firstStep.value)) refuse(firstStep.span, `two data stages begin at step ${firstStep.value}`, null);
    names.add(name.value);
    starts.add(firstStep.value);
  }
}
