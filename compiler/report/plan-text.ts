import { createPaint } from '../diagnostics/reporters/paint.ts';
import { printableDocument } from '../diagnostics/reporters/printable-document.ts';
import { wrap } from '../diagnostics/reporters/wrap.ts';
import { isPretrain } from '../plan/is-pretrain.ts';
import type { Plan } from '../plan/types.ts';
import { ablationLines } from './ablation-section.ts';
import { dataLines } from './data-section.ts';
import { datasetLines } from './datasets-section.ts';
import { evaluationLines } from './evaluation-section.ts';
import { foldItems } from './fold-items.ts';
import { headerFacts, planTitle, problemCounts } from './header-section.ts';
import { memoryLines } from './memory-section.ts';
import { mixtureLines } from './mixture-section.ts';
import { scheduleLines } from './schedule-section.ts';
import { stageLines } from './stages-section.ts';
import { tuningLines } from './tuning-section.ts';

export interface PlanTextOptions {
  /** Width of the screen; at least 80 are used, at most 100. */
  readonly columns: number;
  readonly color: boolean;
  /** The command that shows the diagnostics in full, as the person would type it; without one, `smol check FILE`. */
  readonly check?: string;
}

/** A plan for people: what `smol plan` prints. Colour and weight only support what the text says. */
export function renderPlanText(written: Plan, options: PlanTextOptions): string {
  const plan = printableDocument(written);
  const width = Math.min(100, Math.max(80, options.columns));
  const { strong } = createPaint(options.color);
  const tuning = plan.phases.filter((phase) => !isPretrain(phase));
  const phases = plan.phases
    .filter(isPretrain)
    .flatMap((phase) => [stageLines(plan, phase, width), mixtureLines(plan, phase), scheduleLines(plan, phase, width)]);
  const memory = plan.memory === null || plan.cluster === null ? [] : [memoryLines(plan.memory, plan.cluster, width)];
  const then = tuning.length === 0 ? [] : [tuningLines(tuning, width)];
  const ablations = plan.ablations.length === 0 ? [] : [ablationLines(plan.ablations, width)];
  const evaluations = plan.evaluations.length === 0 ? [] : [evaluationLines(plan.evaluations, width)];
  const made = dataLines(plan, width);
  const sections = [
    headerLines(plan, width),
    ...phases,
    datasetLines(plan),
    ...(made.length === 0 ? [] : [made]),
    ...then,
    ...evaluations,
    ...ablations,
    ...memory,
  ];
  if (plan.diagnostics.length > 0) sections.push(wrap(diagnosticsText(plan, options.check), width));
  const drawn = sections.map((lines) =>
    lines.map((line, i) => `${i === 0 ? withStrongHead(line, strong) : line}\n`).join(''),
  );
  return drawn.join('\n');
}

/** The first words of a section, up to two spaces, stand out. */
function withStrongHead(line: string, strong: (text: string) => string): string {
  const end = line.indexOf('  ');
  return end === -1 ? strong(line) : strong(line.slice(0, end)) + line.slice(end);
}

function headerLines(plan: Plan, width: number): readonly string[] {
  const identity = `plan ${plan.hash.slice(0, 8)}`;
  const name = planTitle(plan);
  const title = name + ' '.repeat(Math.max(2, width - name.length - identity.length)) + identity;
  return [title, ...headerFacts(plan).flatMap((line) => foldItems(line, ' · ', width)), ...settingLines(plan)];
}

function settingLines({ settings }: Plan): readonly string[] {
  return settings.map((setting) => `set ${setting}`);
}

function diagnosticsText(plan: Plan, check: string | undefined): string {
  const file = plan.diagnostics.find(({ at }) => at !== null)?.at?.file;
  return `${problemCounts(plan)} (\`${check ?? `smol check${file === undefined ? '' : ` ${file}`}`}\`)`;
}
