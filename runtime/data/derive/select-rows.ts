import Fraction from 'fraction.js';
import { DataError } from '../data-error.ts';
import type { Unusable } from '../sources/row-text.ts';
import type { TextTokenizer } from '../tokenizer/text-tokenizer.ts';
import type { MalformedKind, MalformedRow } from '../types.ts';
import type { DerivationStep } from './derivation-step.ts';
import type { DetectLanguage } from './detect-language.ts';
import { createRowSet, type RowSet } from './row-set.ts';
import { createRowStage, type RowStage, type StageContext } from './row-stage.ts';
import type { ComputedColumns, RowView } from './row-view.ts';
import { type StepRecord, stepRecordText } from './step-record.ts';

/** Which rows of a source come through the steps of a derived dataset, by their index in it. */
export interface Selection {
  has(index: number): boolean;
  /** Rows that come through. */
  readonly rows: number;
  /** In the order of the steps. */
  readonly records: readonly StepRecord[];
}

export interface SelectionContext extends StageContext {
  readonly tokenizer: Pick<TextTokenizer, 'encodeBatch'>;
  readonly detectLanguage: DetectLanguage;
  /** Called when all rows were read for the first time, before what the steps made of them is judged. */
  readonly checkRead?: () => void;
}

/** Rows and characters that are judged at a time: texts may have to be tokenized, which is quicker in groups. */
const groupRows = 512;
const groupCharacters = 1 << 18;
/** Rows that could not be judged and are kept with their place; the rest are counted. */
const keptExamples = 10;

interface WorkingStage {
  readonly stage: RowStage;
  readonly of: DerivationStep['dataset'];
  readonly isHoldout: boolean;
  rows: number;
  dropped: number;
  unjudged: number;
  readonly kinds: Partial<Record<MalformedKind, number>>;
  readonly examples: MalformedRow[];
}

/**
 * Sends rows through steps. `rows` gives all rows of the source, in order, each time it is called; null for one that cannot be
 * used. They are read once, and once more for every step that must see all rows before it can judge the first. Memory is a bit a
 * row, and what steps remember. Throws DataError: a dataset with more rows that its steps cannot judge than its `max_malformed`
 * allows, none that comes through.
 */
export async function selectRows(
  dataset: string,
  rows: () => AsyncIterable<RowView | null>,
  steps: readonly DerivationStep[],
  context: SelectionContext,
): Promise<Selection> {
  const stages = steps.map((step): WorkingStage => {
    const counts = { rows: 0, dropped: 0, unjudged: 0 };
    const { dataset: of, work } = step;
    const isHoldout = work.kind === 'holdout';
    return { stage: createRowStage(step, context), of, isHoldout, ...counts, kinds: {}, examples: [] };
  });
  const dropped = createRowSet();
  let count = 0;
  const gathered = new Set<WorkingStage>();
  for (let next = 0; next >= 0; ) {
    const gathering = stages.find((each, at) => at >= next && each.stage.gather !== null && !gathered.has(each));
    const end = gathering === undefined ? stages.length : stages.indexOf(gathering);
    const passed = { stages: stages.slice(next, end), gathering: gathering?.stage ?? null };
    count = await readOnce(rows(), passed, dropped, context);
    if (next === 0) context.checkRead?.();
    if (gathering) gathered.add(gathering);
    next = gathering === undefined ? -1 : end;
  }
  const records = stages.map(recordOf);
  checkUnjudged(stages);
  const last = stages.at(-1)!;
  const kept = last.rows - last.dropped - last.unjudged;
  if (kept === 0) throw nothingLeft(dataset, stages);
  return { has: (index) => index < count && !dropped.has(index), rows: kept, records };
}

/** One reading of the rows: through `stages`, and into what `gathering` gathers. Returns how many rows there are. */
async function readOnce(
  rows: AsyncIterable<RowView | null>,
  work: { readonly stages: readonly WorkingStage[]; readonly gathering: RowStage | null },
  dropped: RowSet,
  context: SelectionContext,
): Promise<number> {
  let group: PlacedRow[] = [];
  let characters = 0;
  const judge = async () => {
    await judgeGroup(group, work, dropped, context);
    group = [];
    characters = 0;
  };
  let index = 0;
  for await (const row of rows) {
    if (row === null) dropped.add(index);
    else if (!dropped.has(index)) {
      group.push({ row, index });
      characters += row.text.length;
      if (group.length >= groupRows || characters >= groupCharacters) await judge();
    }
    index++;
  }
  await judge();
  return index;
}

interface PlacedRow {
  readonly row: RowView;
  readonly index: number;
}

async function judgeGroup(
  group: readonly PlacedRow[],
  { stages, gathering }: { readonly stages: readonly WorkingStage[]; readonly gathering: RowStage | null },
  dropped: RowSet,
  context: SelectionContext,
): Promise<void> {
  let left = group;
  for (const working of stages) {
    const { stage } = working;
    const computed = await computeColumns(stage, left, context);
    left = left.filter(({ row, index }, at) => {
      const isKept = judgeRow(working, row, index, computed[at]!);
      if (!isKept) dropped.add(index);
      return isKept;
    });
  }
  if (gathering === null) return;
  const computed = await computeColumns(gathering, left, context);
  for (const [at, { row, index }] of left.entries()) gathering.gather!(row, index, computed[at]!);
}

function judgeRow(working: WorkingStage, row: RowView, index: number, computed: ComputedColumns): boolean {
  const answer = working.stage.keeps(row, index, computed);
  working.rows++;
  if (answer === true) return true;
  if (answer === false) working.dropped++;
  else noteUnjudged(working, row, answer);
  return false;
}

function noteUnjudged(working: WorkingStage, { file, line }: RowView, { kind, reason }: Unusable): void {
  working.unjudged++;
  working.kinds[kind] = (working.kinds[kind] ?? 0) + 1;
  if (working.examples.length < keptExamples) working.examples.push({ kind, file, line, reason });
}

async function computeColumns(
  { asksForTokens, asksForLanguage }: RowStage,
  rows: readonly PlacedRow[],
  { tokenizer, detectLanguage }: SelectionContext,
): Promise<readonly ComputedColumns[]> {
  if (rows.length === 0 || (!asksForTokens && !asksForLanguage)) return rows.map(() => ({}));
  const texts = rows.map(({ row }) => row.text);
  const tokens = asksForTokens ? (await tokenizer.encodeBatch(texts)).map(({ length }) => length) : null;
  const toTell = ({ row }: PlacedRow) => (typeof row.values.language === 'string' ? '' : detectLanguage(row.text));
  const languages = asksForLanguage ? await Promise.all(rows.map(toTell)) : null;
  return rows.map((_, at) => ({
    ...(tokens && { tokens: tokens[at]! }),
    ...(languages && { language: languages[at]! }),
  }));
}

function recordOf({ stage, of, rows, dropped, unjudged, kinds, examples }: WorkingStage): StepRecord {
  return { dataset: of.name, step: stage.text, rows, dropped, unjudged: { count: unjudged, kinds, examples } };
}

/** Rows that a dataset's steps cannot judge are malformed rows of it: of those that come to its first step. */
function checkUnjudged(stages: readonly WorkingStage[]): void {
  for (const { of } of stages) {
    const own = stages.filter((stage) => stage.of === of);
    const count = own.reduce((sum, { unjudged }) => sum + unjudged, 0);
    const { rows } = own[0]!;
    const limit = new Fraction(of.max_malformed);
    if (count === 0 || new Fraction(count, rows).compare(limit) <= 0) continue;
    const percent = (value: Fraction) => `${Number(value.mul(100).valueOf().toPrecision(3))}%`;
    const number = (value: number) => value.toLocaleString('en-US');
    throw new DataError(
      `dataset \`${of.name}\`: its steps cannot judge ${number(count)} of ${number(rows)} rows (${percent(new Fraction(count, rows))}), ` +
        `above \`max_malformed = ${percent(limit)}\``,
      'name columns that the rows have, or raise `max_malformed` to leave such rows out',
      { details: own.flatMap(({ examples }) => examples.map((each) => `${each.file}:${each.line}: ${each.reason}`)) },
    );
  }
}

function nothingLeft(dataset: string, stages: readonly WorkingStage[]): DataError {
  const details = stages.map((stage) => stepRecordText(recordOf(stage)));
  const last = stages.find(({ rows, dropped, unjudged }) => rows > 0 && rows === dropped + unjudged);
  if (last?.isHoldout) {
    const rows = last.rows === 1 ? 'the one row that comes' : `all ${last.rows.toLocaleString('en-US')} rows that come`;
    return new DataError(
      `dataset \`${last.of.name}\` holds out ${rows} to it: none is left for \`${dataset}\``,
      'hold out fewer rows',
      { details },
    );
  }
  return new DataError(
    `dataset \`${dataset}\` has no row left after its steps`,
    'loosen the step that drops the most, or look at the values that the rows have',
    { details },
  );
}
