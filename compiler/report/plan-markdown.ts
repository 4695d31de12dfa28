import { printableDocument } from '../diagnostics/reporters/printable-document.ts';
import { numberOfExact } from '../plan/exact.ts';
import { isPretrain } from '../plan/is-pretrain.ts';
import { learningRate } from '../plan/schedule.ts';
import type { Plan, PlanCluster, PlanMemory, PlanPhase, PlanPretrain, PlanStage } from '../plan/types.ts';
import { ablationWords } from './ablation-section.ts';
import { dataWords } from './data-section.ts';
import { datasetCells, datasetHead } from './datasets-section.ts';
import { evaluationWords } from './evaluation-section.ts';
import { formatCount, formatLearningRate, formatShare, formatTokens } from './format-number.ts';
import { headerFacts, planTitle, problemCounts } from './header-section.ts';
import { escapeMarkdown, markdownTable } from './markdown-table.ts';
import { memoryRows, memoryWords } from './memory-section.ts';
import { scheduleWords, tokensDone } from './schedule-section.ts';
import { sectionTitle } from './section-title.ts';
import { stageShares } from './stage-shares.ts';
import { stageCells, stageNotes } from './stages-section.ts';
import { tuningFacts } from './tuning-section.ts';

/** A plan as GitHub-flavoured Markdown, for a wiki or a pull request: the sections of the text page, as tables. */
export function renderPlanMarkdown(written: Plan): string {
  const plan = printableDocument(written);
  const made = dataWords(plan);
  const sections = [
    header(plan),
    ...plan.phases
      .filter(isPretrain)
      .flatMap((phase) => [stages(plan, phase), mixture(plan, phase), schedule(plan, phase)]),
    `## Datasets\n\n${markdownTable(datasetHead, ['left', 'right', 'right', 'right', 'left'], plan.datasets.map(datasetRow))}`,
    ...(made.length === 0
      ? []
      : [
          listSection(
            'Prepare',
            made.map((words) => [words]),
          ),
        ]),
    ...thenSection(plan.phases.filter((phase) => !isPretrain(phase))),
    ...(plan.evaluations.length === 0 ? [] : [listSection('Evaluate', plan.evaluations.map(evaluationWords))]),
    ...(plan.ablations.length === 0 ? [] : [listSection('Ablate', plan.ablations.map(ablationWords))]),
    ...(plan.memory === null || plan.cluster === null ? [] : [memory(plan.memory, plan.cluster)]),
    ...(plan.diagnostics.length === 0 ? [] : [problems(plan)]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function header(plan: Plan): string {
  const facts = headerFacts(plan).map((line) => `- ${escapeMarkdown(line.join(' · '))}`);
  const settings = plan.settings.map((setting) => `- set ${escapeMarkdown(setting)}`);
  const identity = `Plan \`${plan.hash.slice(0, 8)}\``;
  return [`# ${escapeMarkdown(planTitle(plan))}`, '', identity, '', ...facts, ...settings].join('\n');
}

function title(plan: Plan, phase: PlanPretrain, words: string): string {
  return `## ${escapeMarkdown(sectionTitle(plan, phase, words))}`;
}

function stages(plan: Plan, phase: PlanPretrain): string {
  const rows = phase.stages.map((stage) => [
    stage.name,
    ...stageCells(stage),
    stageShares(plan, phase, stage)
      .map(({ domain, text }) => `${domain} ${text}`)
      .join(', '),
  ]);
  const table = markdownTable(
    ['stage', 'tokens', 'steps', 'sequence', 'shares'],
    ['left', 'right', 'right', 'right', 'left'],
    rows,
  );
  const notes = stageNotes(phase).map((note) => `- ${escapeMarkdown(note)}`);
  return [title(plan, phase, 'Stages'), '', table, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n');
}

/** The share of each dataset in each stage, in the order in which the stages name them. */
function mixture(plan: Plan, phase: PlanPretrain): string {
  const names = [...new Set(phase.stages.flatMap((stage) => stage.mixture.map(({ dataset }) => dataset)))];
  const shareOf = (stage: PlanStage, name: string) => {
    const found = stage.mixture.find(({ dataset }) => dataset === name);
    return found === undefined ? '' : formatShare(numberOfExact(found.share));
  };
  const rows = names.map((name) => [name, ...phase.stages.map((stage) => shareOf(stage, name))]);
  const head = ['dataset', ...phase.stages.map(({ name }) => name)];
  const table = markdownTable(head, ['left', ...phase.stages.map(() => 'right' as const)], rows);
  return `${title(plan, phase, 'Mixture')}\n\n${table}`;
}

function schedule(plan: Plan, phase: PlanPretrain): string {
  const rows = keySteps(phase).map((step) => [
    formatCount(step),
    formatTokens(tokensDone(phase, step)),
    formatLearningRate(learningRate(phase.schedule, step)),
  ]);
  const table = markdownTable(['step', 'tokens done', 'learning rate'], ['right', 'right', 'right'], rows);
  return [title(plan, phase, 'Learning rate'), '', escapeMarkdown(scheduleWords(phase)), '', table].join('\n');
}

/** Steps at which the learning rate turns, with the first, the last, and the last of each stage. */
function keySteps(phase: PlanPretrain): readonly number[] {
  const { warmup_steps, decay_start_step, decay_steps } = phase.schedule;
  const turns = [1, warmup_steps, decay_start_step, decay_start_step + decay_steps, phase.steps];
  const steps = [...turns, ...phase.stages.map(({ last_step }) => last_step)];
  return [...new Set(steps)].filter((step) => step >= 1 && step <= phase.steps).sort((a, b) => a - b);
}

function datasetRow(dataset: Plan['datasets'][number]): readonly string[] {
  return [dataset.name, ...datasetCells(dataset)];
}

function thenSection(phases: readonly PlanPhase[]): readonly string[] {
  if (phases.length === 0) return [];
  return [`## Then\n\n${phases.map((phase) => `1. ${escapeMarkdown(tuningFacts(phase).join(' · '))}`).join('\n')}`];
}

/** Each item a line, what belongs to it below. */
function listSection(head: string, items: readonly (readonly string[])[]): string {
  const lines = items.flatMap((words) => words.map((line, i) => `${i === 0 ? '- ' : '  - '}${escapeMarkdown(line)}`));
  return `## ${head}\n\n${lines.join('\n')}`;
}

function memory(parts: PlanMemory, cluster: PlanCluster): string {
  const table = markdownTable(['part', 'bytes', 'of a GPU', ''], ['left', 'right', 'right', 'left'], memoryRows(parts));
  return `## Memory of a GPU\n\n${escapeMarkdown(memoryWords(parts, cluster))}\n\n${table}`;
}

function problems(plan: Plan): string {
  const rows = plan.diagnostics.map(({ severity, code, message, at }) => [
    severity,
    code,
    message,
    at === null ? '' : `${at.file}:${at.line}`,
  ]);
  const table = markdownTable(['severity', 'code', 'message', 'place'], ['left', 'left', 'left', 'left'], rows);
  return `## ${problemCounts(plan)}\n\n${table}`;
}
