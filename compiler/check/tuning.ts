import Fraction from 'fraction.js';
import type { Name } from '../../grammar/index.ts';
import * as dataRows from '../diagnostics/catalogue/data.ts';
import * as rows from '../diagnostics/catalogue/tuning.ts';
import { diagnose } from '../diagnostics/catalogue-row.ts';
import type { DiagnosticCollector } from '../diagnostics/collector.ts';
import { blockWords, type OpenBlock } from '../normalize/open-block.ts';
import type { ResolvedDataset, ResolvedFormat } from '../normalize/types.ts';
import { printCount } from '../quantity/print-quantity.ts';
import type { RecipeReading } from './index.ts';

/** Phases run in the order written: pretraining stands before post-training. */
export function phasesStandInOrder({ pretrains, tuning }: RecipeReading, collector: DiagnosticCollector): void {
  for (const { block } of pretrains) {
    const { file, start } = block.head;
    const above = tuning.find((each) => each.block.head.file === file && each.block.head.start < start);
    if (!above) continue;
    const data = { phase: blockWords(block), earlier: blockWords(above.block) };
    const related = [{ span: above.block.head, label: 'written first' }];
    collector.add(diagnose(rows.phaseOrder, block.head, data, { related }));
  }
}

/** A position such as `mid.end` names one phase or one stage. */
export function phaseNamesDiffer({ pretrains, tuning }: RecipeReading, collector: DiagnosticCollector): void {
  const seen = new Map<string, OpenBlock>();
  for (const { stages, block: phase } of pretrains)
    for (const { name, block } of stages) if (block !== phase) seen.set(name, block);
  for (const { block, name } of [...pretrains, ...tuning]) report(block, name, seen, collector);
}

function report(block: OpenBlock, name: string, seen: Map<string, OpenBlock>, collector: DiagnosticCollector): void {
  const earlier = seen.get(name);
  seen.set(name, block);
  if (!earlier || block.name === null) return;
  const written: Name = block.name;
  const related = [{ span: earlier.name?.span ?? earlier.head, label: '' }];
  collector.add(diagnose(rows.phaseName, written.span, { name, earlier: blockWords(earlier) }, { related }));
}

/** The longest prompt leaves room for an answer. */
export function promptsLeaveRoom({ tuning }: RecipeReading, collector: DiagnosticCollector): void {
  for (const { maxPrompt, sequence } of tuning) {
    if (!maxPrompt || !sequence || maxPrompt.value < sequence.value) continue;
    const data = { maxPrompt: count(maxPrompt.value), sequence: count(sequence.value) };
    const related = [{ span: sequence.span, label: 'the sequence' }];
    collector.add(diagnose(rows.promptFillsSequence, maxPrompt.span, data, { related }));
  }
}

const wantedBy: Readonly<Record<'pretraining' | 'sft' | 'dpo', readonly ResolvedFormat['kind'][]>> = {
  pretraining: ['text'],
  sft: ['messages', 'prompt_response'],
  dpo: ['preference'],
};

/** Each phase reads rows of its kind. Said once for each dataset and phase, at the dataset. */
export function formatsFitPhases(reading: RecipeReading, collector: DiagnosticCollector): void {
  const byName = new Map(reading.datasets.map((dataset) => [dataset.name, dataset]));
  const check = (kind: 'pretraining' | 'sft' | 'dpo', phase: string, names: Iterable<string>) => {
    for (const name of new Set(names)) {
      const dataset = byName.get(name);
      if (!dataset || wantedBy[kind].includes(dataset.format.kind)) continue;
      // A template makes text of conversations.
      if (kind === 'pretraining' && dataset.chat !== null && wantedBy.sft.includes(dataset.format.kind)) continue;
      const data = { dataset: name, format: dataset.format.kind, phase, wanted: wantedBy[kind] };
      collector.add(diagnose(dataRows.wrongFormat, dataset.nameSpan, data));
    }
  };
  const shares = reading.stageShares.flat().flatMap((each) => each ?? []);
  check(
    'pretraining',
    'pretraining',
    shares.map(({ dataset }) => dataset),
  );
  for (const { kind, block, data } of reading.tuning) {
    const direct = data?.kind === 'dataset' ? [data.dataset] : (data?.shares ?? []).map(({ dataset }) => dataset);
    check(kind, blockWords(block), withTaken(direct, byName));
  }
}

/** A set and what it takes rows of: those are read as they are. */
function withTaken(names: readonly string[], byName: ReadonlyMap<string, ResolvedDataset>): ReadonlySet<string> {
  const reached = new Set(names);
  for (const name of reached) {
    const source = byName.get(name)?.source.value;
    if (source?.kind === 'takes') for (const take of source.takes) reached.add(take.dataset);
  }
  return reached;
}

function count(value: number): string {
  return printCount(new Fraction(value));
}
