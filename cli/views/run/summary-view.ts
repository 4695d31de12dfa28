import { formatCount, formatDuration, formatTokens, type Plan } from '../../../compiler/index.ts';
import type { HeldOutReport, RunReport, TextSample } from '../../../runtime/index.ts';
import { evaluationTable } from './evaluation-table.ts';
import { skippedTokens, skipText } from './skip-text.ts';

export interface SummaryOptions {
  /** How the program is called: `smol` or `npx smol`. */
  readonly program: string;
  readonly report: RunReport;
  /** Kinds of the plan's phases, in order. */
  readonly phases: readonly Plan['phases'][number]['kind'][];
  readonly seconds: number;
  /** The run folder as a person would write it. */
  readonly folder: string;
  /** The recipe or plan as it was given. */
  readonly file: string;
  /** Options with which the recipe was compiled: `--profile`, `tiny`. */
  readonly again: readonly string[];
  /** Options of the run alone: `--engine`, `wasm`. */
  readonly runAgain: readonly string[];
}

/** What stands at the end of `smol run`: loss before and after, text, where the run is, what to try next. */
export function runSummary(options: SummaryOptions): string {
  const { report, folder, seconds } = options;
  const done =
    report.ended === 'finished'
      ? `${formatCount(report.step)} of ${formatCount(report.steps)} steps`
      : `${report.ended} at step ${formatCount(report.step)} of ${formatCount(report.steps)}`;
  const lines = [
    ...heldOutTable(report.heldOut),
    ...evaluationTable(report.evaluations),
    ...report.samples.flatMap(sampleLines),
    ...report.skips.map((skip) => `note: ${skipText(skip)}: ${skippedTokens(skip)} not trained on`),
    `run   ${folder}  (${done}, ${formatTokens(report.tokens)} tokens, ${formatDuration(seconds)})`,
    ...nextLines(options),
  ];
  return `${lines.join('\n')}\n`;
}

/** Nothing before there is a loss to compare: a run that was interrupted early. */
function heldOutTable(rows: readonly HeldOutReport[]): string[] {
  if (rows.every(({ after }) => after === null)) return [];
  const several = new Set(rows.map(({ phase }) => phase)).size > 1;
  const label = ({ phase, dataset }: HeldOutReport) => (several ? `${phase}: ${dataset}` : dataset);
  const width = Math.max(...rows.map((row) => label(row).length), 'held-out loss'.length) + 2;
  const number = (value: number | null) => (value === null ? '-' : value.toFixed(3)).padStart(9);
  return [
    `${'held-out loss'.padEnd(width)}${'before'.padStart(9)}${'after'.padStart(9)}   unigram entropy`,
    ...rows.map(
      (row) =>
        `  ${label(row).padEnd(width - 2)}${number(row.before)}${number(row.after)}${number(row.unigramEntropy)}`,
    ),
    'in nats per token; unigram entropy is what knowing the frequency of each token alone would give',
    '',
  ];
}

function sampleLines({ dataset, prompt, text }: TextSample): string[] {
  const wrapped = wrap(`${oneLine(prompt)} ⟶ ${oneLine(text)}`, 76);
  return [
    `in the manner of ${dataset} (held-out beginning ⟶ written by the model)`,
    ...wrapped.map((line) => `  ${line}`),
    '',
  ];
}

/** Line breaks shown as ⏎, other control characters left out: a sample may hold anything. */
function oneLine(text: string): string {
  return text
    .trim()
    .replace(/\s*\n\s*/g, ' ⏎ ')
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, '');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function nextLines({ program, report, phases, folder, file, again, runAgain }: SummaryOptions): string[] {
  const words = (options: readonly string[]) => options.map((word) => ` ${shellWord(word)}`).join('');
  const run = `${program} run ${shellWord(file)}${words([...again, ...runAgain])}`;
  const plan = `${program} plan ${shellWord(file)}${words(again)}`;
  const resume = `${run} --run-dir ${shellWord(folder)} --resume`;
  const prompt = report.samples[0]?.prompt ?? 'Once';
  const generate = `${program} generate ${shellWord(folder)} --prompt ${shellWord(beginning(prompt))}`;
  const next =
    report.step < report.steps
      ? [resume, generate, plan]
      : [generate, plan, ...(isPretrainingAlone(phases) ? [`${run} --set pretrain.scaled_to=${doubled(report)}`] : [])];
  return next.map((command, index) => `${index === 0 ? 'next  ' : '      '}${command}`);
}

/** Longer pretraining is proposed where there is nothing else. */
function isPretrainingAlone(phases: SummaryOptions['phases']): boolean {
  return phases.length === 1 && phases[0] === 'pretrain';
}

/** The first words of a prompt, within its first line. */
function beginning(prompt: string): string {
  const [line] = prompt.trim().split('\n');
  return oneLine(line!).split(' ').slice(0, 6).join(' ');
}

/** Twice the tokens of this run, exactly, in the recipe's own notation: with a suffix where few digits are left. */
function doubled(report: RunReport): string {
  const tokens = 2 * report.tokens;
  const unit = units.find(([size]) => tokens >= size && tokens % (size / 100) === 0);
  return unit ? `${tokens / unit[0]}${unit[1]}` : String(tokens);
}

const units = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A word as a POSIX shell reads it back. */
function shellWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
