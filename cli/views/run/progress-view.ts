import { relative } from 'node:path';
import { formatCount, formatDuration, formatTokens, type Plan } from '../../../compiler/index.ts';
import type { HeldOutLoss, PreparedSummary, RunEvent, RunObserver } from '../../../runtime/index.ts';
import type { CommandContext } from '../../context.ts';
import { createLiveBlock } from '../live-block.ts';
import { evaluationText } from './evaluation-text.ts';
import { createProgressFacts, type ProgressFacts } from './progress-facts.ts';
import { rowsLines } from './rows-lines.ts';
import { skipText } from './skip-text.ts';
import { stepLines } from './step-lines.ts';

/** Without a terminal, a line of progress is written at most this often. */
const plainMilliseconds = 5_000;
const barWidth = 22;

/** Draws a run's events on stderr: a live block on a terminal, a line every few seconds elsewhere. */
export interface RunProgressView {
  readonly observe: RunObserver;
  /** Leaves the terminal in order; call it whatever happened. */
  end(): void;
}

export function createRunProgressView(
  context: CommandContext,
  plan: Plan,
  now: () => number = () => performance.now(),
): RunProgressView {
  const screen = context.terminal.interactive ? liveScreen(context, now) : plainScreen(context, now);
  let factsOf: ReturnType<typeof createProgressFacts> | null = null;
  let [setUpSeconds, compiled] = [0, false];
  const acknowledge = () => screen.line(interruptedText);
  context.interrupted.addEventListener('abort', acknowledge, { once: true });
  const observe = (event: RunEvent) => {
    switch (event.kind) {
      case 'engine':
        setUpSeconds = event.seconds;
        compiled = event.compiled;
        if (factsOf === null) screen.line(headerLine(plan, event.engine));
        return;
      case 'preparing':
        return event.cached ? undefined : screen.status(preparingLine(event));
      case 'phase':
        factsOf = createProgressFacts(event.phase, event.before, event.lastStep, plan.phases.length > 1);
        return plan.phases.length > 1 ? screen.line(phaseLine(plan, event)) : undefined;
      case 'rehearsed':
        setUpSeconds += event.seconds;
        return;
      case 'new-shape':
        return screen.status(firstStepText(compiled, event.shape));
      case 'step':
        if (event.firstOfShape) {
          if (compiled) screen.line(`compiled in ${formatDuration(setUpSeconds + event.timing.seconds)}`);
          setUpSeconds = 0;
        }
        return screen.progress(factsOf!(event));
      case 'measuring':
      case 'evaluating':
        return screen.status(measuringText(event));
      case 'held-out':
        return screen.heldOut(event.step, event.losses);
      case 'checkpoint':
        return screen.checkpoint(event.step);
      default:
        return lastingLines(event, context.cwd).forEach(screen.line);
    }
  };
  const end = () => {
    context.interrupted.removeEventListener('abort', acknowledge);
    screen.end();
  };
  return { observe, end };
}

/** A step that is being computed cannot be broken off. */
const interruptedText = 'interrupted: stopping after this step, with a checkpoint (Ctrl-C again ends at once)';

/** Where the facts go. */
interface Screen {
  /** For good. */
  line(text: string): void;
  /** Until something else comes. */
  status(text: string): void;
  progress(facts: ProgressFacts): void;
  heldOut(step: number, losses: readonly HeldOutLoss[]): void;
  checkpoint(step: number): void;
  end(): void;
}

function liveScreen(context: CommandContext, now: () => number): Screen {
  const block = createLiveBlock(context, now);
  let facts: ProgressFacts | null = null;
  let heldOut = '';
  let checkpoint = '';
  const draw = () => {
    if (facts) block.draw(liveLines(facts, checkpoint, heldOut));
  };
  return {
    line: (text) => block.print(text),
    status(text) {
      block.show(facts ? liveLines(facts, text, heldOut) : [text]);
    },
    progress(next) {
      if (facts && facts.stage !== next.stage) block.print(liveLines(facts, '', '')[0]!);
      facts = next;
      draw();
    },
    heldOut(_step, losses) {
      heldOut = lossesText(losses);
      draw();
    },
    checkpoint(step) {
      checkpoint = `checkpoint at step ${formatCount(step)}`;
      draw();
    },
    end: () => block.end(),
  };
}

/** `last` is what happened last, or is happening. Each line fits 80 columns for runs below 10M steps. */
function liveLines(facts: ProgressFacts, last: string, heldOut: string): string[] {
  const inStage = `${formatCount(facts.stageStep)}/${formatCount(facts.stageSteps)}`;
  const bar = barText(facts.stageStep / facts.stageSteps);
  const second = [`step ${facts.steps}`, facts.tokens, facts.speed, facts.dataShare, facts.timeLeft];
  const third = [heldOut === '' ? '' : `held-out ${heldOut}`, last];
  return [
    `stage ${facts.stage}  ${bar}  ${inStage}   ${facts.loss}   ${facts.learningRate}`,
    ...[second, third].map((parts) => `  ${joined(parts)}`).filter((line) => line.trim() !== ''),
  ];
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

function barText(part: number): string {
  const full = Math.round(Math.min(1, part) * barWidth);
  return '█'.repeat(full) + '░'.repeat(barWidth - full);
}

function plainScreen(context: CommandContext, now: () => number): Screen {
  let lastLine = Number.NEGATIVE_INFINITY;
  const line = (text: string) => context.err(`${text}\n`);
  const seldom = (text: string) => {
    if (now() - lastLine < plainMilliseconds) return;
    lastLine = now();
    line(text);
  };
  return {
    line,
    status: seldom,
    progress({ steps, stage, tokens, loss, learningRate, speed, dataShare, timeLeft }) {
      const parts = [`step ${steps}`, `stage ${stage}`, tokens, loss, learningRate, speed, dataShare, timeLeft];
      seldom(joined(parts));
    },
    heldOut: (step, losses) => {
      if (losses.length > 0) line(`held-out loss at step ${formatCount(step)}: ${lossesText(losses)}`);
    },
    checkpoint: (step) => line(`checkpoint at step ${formatCount(step)}`),
    end() {},
  };
}

function lossesText(losses: readonly HeldOutLoss[]): string {
  return losses.map(({ dataset, loss }) => `${dataset} ${loss.toFixed(2)}`).join('   ');
}

function headerLine(plan: Plan, engine: string): string {
  const { phases } = plan;
  const parts = phases.length === 1 ? onePhase(phases[0]!) : `${phases.length} phases`;
  const steps = phases.reduce((sum, phase) => sum + phase.steps, 0);
  const profile = plan.profile === null ? '' : ` (profile ${plan.profile})`;
  return (
    `${plan.recipe}${profile}   ${formatTokens(plan.model.parameters)} parameters · ${parts} · ` +
    `${formatCount(steps)} steps · engine: ${engine}`
  );
}

/** Post-training has no stages. */
function onePhase({ name, stages }: Plan['phases'][number]): string {
  if (stages.length === 0) return name;
  return stages.length === 1 ? '1 stage' : `${stages.length} stages`;
}

function phaseLine({ phases }: Plan, { phase, before }: Extract<RunEvent, { kind: 'phase' }>): string {
  const number = phases.findIndex(({ name }) => name === phase.name) + 1;
  const steps = `steps ${formatCount(before + 1)} to ${formatCount(before + phase.steps)}`;
  return `phase ${number} of ${phases.length}: ${phase.name} (${phase.kind}), ${steps}`;
}

function measuringText(event: Extract<RunEvent, { kind: 'measuring' | 'evaluating' }>): string {
  if (event.kind === 'measuring') return 'measuring held-out loss ...';
  return `measuring ${event.task} ${Math.floor(event.part * 100)}% ...`;
}

function preparingLine(event: Extract<RunEvent, { kind: 'preparing' }>): string {
  const part = event.bytesTotal > 0 ? Math.floor((100 * event.bytesRead) / event.bytesTotal) : 100;
  return `preparing ${event.dataset}: ${part}% · ${formatCount(event.documents)} documents · ${formatTokens(event.tokens)} tokens`;
}

function preparedLines(datasets: readonly PreparedSummary[]): string[] {
  const each = datasets.map(({ dataset, trainingTokens }) => `${dataset} ${formatTokens(trainingTokens)}`);
  const cached = datasets.every((dataset) => dataset.cached) ? ' (cached)' : '';
  const malformed = datasets.filter(({ malformedRows }) => malformedRows > 0);
  return [
    `prepared ${each.join(', ')} tokens${cached}`,
    ...datasets.flatMap(({ steps = [] }) => stepLines(steps)),
    ...malformed.map(
      ({ dataset, malformedRows, rows }) =>
        `note: ${formatCount(malformedRows)} of ${formatCount(rows)} rows of \`${dataset}\` are malformed and were left out (see data.json)`,
    ),
  ];
}

function openedLines(event: Extract<RunEvent, { kind: 'opened' }>, cwd: string): string[] {
  const lines = [
    `run folder ${relative(cwd, event.folder) || '.'}`,
    ...event.skipped.map(({ step, reason }) => `note: checkpoint of step ${formatCount(step)} was skipped: ${reason}`),
  ];
  if (!event.resumed) return lines;
  const { startStep, lastStep } = event;
  const from = startStep === 0 ? 'the start: there is no checkpoint to go on from' : `step ${formatCount(startStep)}`;
  // `--steps` counts from the run's beginning: who means "so many more" is told.
  const done = startStep < lastStep ? '' : `: nothing is left to train up to step ${formatCount(lastStep)}`;
  return [...lines, `resumed from ${from}${done}`];
}

function firstStepText(compiled: boolean, shape: { sequences: number; sequence: number }): string {
  return compiled ? `compiling the step for ${shapeText(shape)} ...` : 'first step ...';
}

type LastingEvent = Extract<
  RunEvent,
  { kind: 'prepared' | 'prepared-rows' | 'opened' | 'note' | 'rewound' | 'skipped' | 'evaluated' | 'missed' }
>;

/** What is said once and stays. */
function lastingLines(event: LastingEvent, cwd: string): string[] {
  switch (event.kind) {
    case 'prepared':
      return preparedLines(event.datasets);
    case 'prepared-rows':
      return event.records.flatMap(rowsLines);
    case 'opened':
      return openedLines(event, cwd);
    case 'note':
      return [`note: ${event.message}`];
    case 'rewound':
      return [`${event.message}: back to step ${formatCount(event.skip.checkpoint)}`];
    case 'skipped':
      return event.line.step === event.skip.first ? [skipText(event.skip)] : [];
    case 'evaluated':
    case 'missed':
      return [evaluationText(event)];
  }
}

function shapeText(shape: { sequences: number; sequence: number }): string {
  return `${formatCount(shape.sequences)} × ${formatCount(shape.sequence)} tokens`;
}
