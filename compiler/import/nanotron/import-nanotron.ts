import type { Span } from '../../../grammar/index.ts';
import * as texts from '../../diagnostics/catalogue/import.ts';
import * as rows from '../../diagnostics/catalogue/import-meaning.ts';
import { diagnose } from '../../diagnostics/catalogue-row.ts';
import { DiagnosticCollector } from '../../diagnostics/collector.ts';
import { yamlFloat } from '../../emit/yaml-float.ts';
import { printExact } from '../../quantity/print-quantity.ts';
import { formatLearningRate } from '../../report/format-number.ts';
import { createSourceText } from '../../source.ts';
import { type ConfigSection, inOrder, type ReadingNotes } from '../config-section.ts';
import type { ConfigFile, ImportedRecipe } from '../import-config.ts';
import { readYaml } from '../read-yaml.ts';
import { isYamlNull, type YamlMap, type YamlNode } from '../yaml-node.ts';
import { compareParts } from './compare-parts.ts';
import { tellLeftOut } from './config-keys.ts';
import type { ImportedModel, ImportedPart, ImportedSchedule, NanotronConfig } from './imported-run.ts';
import { joinParts } from './join-parts.ts';
import { dataKey, type NamedData, nameData } from './name-data.ts';
import { type NamedPart, printImported, textPlace } from './print-imported.ts';
import { readConfig } from './read-config.ts';
import { recogniseConfig, recogniseText } from './recognise-config.ts';
import { sharesOfWeights } from './shares-of-weights.ts';
import { takeSchedule } from './take-schedule.ts';
import { uniqueNames } from './unique-names.ts';

/**
 * The recipe that says the pretraining of a configuration of nanotron (2411b022, and the older form of published files), or of the
 * files of one run, each trained up to its `train_steps`. There is none where anything is an error.
 */
export async function importNanotron(files: readonly ConfigFile[]): Promise<ImportedRecipe> {
  const collector = new DiagnosticCollector();
  const sources = new Map(files.map(({ path, text }) => [path, createSourceText(path, text)]));
  const notes: ReadingNotes = { collector, textNumbers: [], defaults: [], leftOut: new Map() };
  const read: { readonly section: ConfigSection; readonly config: NanotronConfig | null }[] = [];
  for (const source of sources.values()) {
    const isOther = recogniseText(source.text);
    if (isOther !== null) {
      collector.add(diagnose(texts.notNanotron, { file: source.file, start: 0, end: 0 }, isOther));
      continue;
    }
    const root = await readYaml(source, collector);
    const section = root && openFile(root, notes);
    if (section !== null) read.push({ section, config: readConfig(section) });
  }
  tellReading(notes, read[0]?.config?.clusterWords ?? 'cluster NAME { … }');
  const parts = read.flatMap(({ section, config }) => (config === null ? [] : [{ section, config }]));
  parts.sort((a, b) => a.config.trainSteps.value - b.config.trainSteps.value);
  // What is said of several files would be wrong where one could not be read.
  const recipe = collector.hasErrors || parts.length < sources.size ? null : writeRecipe(parts, collector);
  return { recipe: collector.hasErrors ? null : recipe, diagnostics: collector.all(), sources };
}

function openFile(root: YamlNode, notes: ReadingNotes): ConfigSection | null {
  const refusal = recogniseConfig(root);
  if (refusal === null) return { path: '', span: { ...root.span, end: root.span.start }, map: root as YamlMap, notes };
  notes.collector.add(diagnose(texts.notNanotron, isYamlNull(root) ? root.span : firstLine(root), refusal));
  return null;
}

/** Its first key says what a file is; all of it underlined would say nothing. */
function firstLine(root: YamlNode): Span {
  const first = root.kind === 'map' ? root.entries.values().next().value?.keySpan : undefined;
  return first ?? { ...root.span, end: Math.min(root.span.end, root.span.start + 1) };
}

/** What was gathered while reading, a note for each kind. */
function tellReading(notes: ReadingNotes, clusterWords: string): void {
  const { collector } = notes;
  const [textNumbers, defaults] = [inOrder(notes.textNumbers), inOrder(notes.defaults)];
  for (const isQuoted of [true, false]) {
    const [first, ...others] = textNumbers.filter((each) => each.isQuoted === isQuoted);
    if (first === undefined) continue;
    const written = isQuoted ? `\`${JSON.stringify(first.written)}\`` : `\`${first.written}\``;
    const number = first.value.d === 1n ? printExact(first.value) : yamlFloat(first.value.valueOf());
    const related = others.map(({ span }) => ({ span, label: '' }));
    const data = { written, isQuoted, number, others: others.length };
    collector.add(diagnose(texts.textNumber, first.span, data, { related }));
  }
  const [first] = defaults;
  // Where nothing is written, nothing has a default or is left out.
  if (collector.hasErrors) return;
  if (first !== undefined) {
    const isEndless = defaults.some(({ key }) => key === 'min_decay_lr');
    const why = isEndless ? 'without `min_decay_lr` the learning rate of nanotron never decays' : null;
    collector.add(diagnose(rows.defaultWritten, first.span, { values: defaults, why }));
  }
  tellLeftOut(notes, clusterWords);
}

function writeRecipe(
  read: readonly { readonly section: ConfigSection; readonly config: NanotronConfig }[],
  collector: DiagnosticCollector,
): ImportedRecipe['recipe'] {
  compareParts(read, collector);
  const configs = read.map(({ config }) => config);
  const config = { ...configs[0]!, checkpointEvery: configs.at(-1)!.checkpointEvery };
  const parts = joinParts(configs, collector);
  const schedule = scheduleOf(configs.at(-1)!, collector);
  if (config.resumed !== null) {
    const { value: path, span } = config.resumed;
    collector.add(diagnose(rows.resumes, span, { path }));
  }
  const model = modelOf(configs, parts, collector);
  const nameOf = uniqueNames();
  const data = nameData(parts, nameOf);
  tellUnknownText([...data.values()], collector);
  const named = parts.map((part) => namedPart(part, data, nameOf, collector));
  if (schedule === null || named.length === 0 || collector.hasErrors) return null;
  const name = uniqueNames()(config.name ?? '', 'imported');
  const files = configs.map(({ file }) => file.split(/[\\/]/).at(-1)!);
  const run = { name, files, config, model, schedule, datasets: [...data.values()], parts: named };
  const text = printImported(run);
  if (typeof text === 'string') return { name, text };
  collector.add(diagnose(rows.notSayable, config.trainSteps.span, beyondWords[text.beyond]));
  return null;
}

/** What a recipe is too small for. */
const beyondWords = {
  digits: {
    what: 'an exact number is too long',
    why: 'a recipe takes at most 60 digits',
    help: 'round `dataset_weights` and the learning rates',
  },
  size: {
    what: 'the recipe would be too large',
    why: 'the file has too many datasets and stages for one of 1 MiB',
    help: 'put datasets together: a folder of text may hold the files of many',
  },
};

function scheduleOf({ rate, trainSteps }: NanotronConfig, collector: DiagnosticCollector): ImportedSchedule | null {
  const found = takeSchedule(rate, trainSteps.value);
  if (found.kind === 'refused') {
    const data = { what: 'the learning rate has no form in a recipe', why: found.why, help: found.help };
    collector.add(diagnose(rows.notSayable, rate.span, data));
    return null;
  }
  if (found.cutUntil !== null) {
    const data = {
      last: trainSteps.value,
      end: found.cutUntil,
      rate: formatLearningRate(found.schedule.end.valueOf()),
      wanted: formatLearningRate(rate.end.valueOf()),
      whenOmitted: rate.isLengthDefault,
    };
    collector.add(diagnose(rows.scheduleCut, rate.span, data));
  }
  return found.schedule;
}

/** The model of the first file; nanotron trains on sequences beyond `max_position_embeddings` without a word. */
function modelOf(
  configs: readonly NanotronConfig[],
  parts: readonly ImportedPart[],
  collector: DiagnosticCollector,
): ImportedModel {
  const { model, trainSteps } = configs[0]!;
  const known = configs.reduce((most, config) => Math.max(most, config.model.context), 0);
  const longest = parts.reduce((most, { sequence }) => Math.max(most, sequence), 0);
  if (longest > known) {
    const what = `sequences of ${longest} go beyond \`max_position_embeddings\` (${known}), which nanotron does not mind`;
    const data = { what, instead: `has \`context = ${longest}\``, help: null };
    collector.add(diagnose(rows.trainsOtherwise, trainSteps.span, data));
  }
  return { ...model, context: Math.max(known, longest) };
}

function tellUnknownText(datasets: readonly NamedData[], collector: DiagnosticCollector): void {
  for (const kind of ['folder', 'rows', 'random'] as const) {
    const unknown = datasets.filter(({ data }) => data.kind === kind);
    const [first] = unknown;
    if (first === undefined) continue;
    const names = unknown.map(({ name }) => name);
    const data = { datasets: names, places: names.map(textPlace), kind };
    collector.add(diagnose(rows.textUnknown, first.data.span, data));
  }
}

function namedPart(
  part: ImportedPart,
  data: ReadonlyMap<string, NamedData>,
  nameOf: (written: string, kind: string) => string,
  collector: DiagnosticCollector,
): NamedPart {
  const { value, span } = part.stage;
  const { shares, dividedBy } = sharesOfWeights(part.data.map(({ weight }) => weight));
  if (dividedBy !== null && part.data.some(({ isWeighted }) => isWeighted)) {
    collector.add(diagnose(rows.weightsScaled, span, { stage: value, sum: printExact(dividedBy) }));
  }
  const named = part.data.map((each, index) => ({
    dataset: data.get(dataKey(each.data))!.name,
    share: shares[index]!,
  }));
  const isName = /^[A-Za-z_]\w*$/.test(value);
  return { ...part, name: nameOf(isName ? value : value.toLowerCase(), 'stage'), shares: named };
}
