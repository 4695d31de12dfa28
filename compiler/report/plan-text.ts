import { createPaint } from '../diagnostics/reporters/paint.ts';
import { wrap } from '../diagnostics/reporters/wrap.ts';
import type { Plan, PlanPhase, PlanSource } from '../plan/types.ts';
import { datasetLines } from './datasets-section.ts';
import { foldItems } from './fold-items.ts';
import { formatBytes, formatCount, formatScientific, formatTokens } from './format-number.ts';
import { mixtureLines } from './mixture-section.ts';
import { scheduleLines } from './schedule-section.ts';
import { stageLines } from './stages-section.ts';

export interface PlanTextOptions {
  /** Width of the screen; at least 80 are used, at most 100. */
  readonly columns: number;
  readonly color: boolean;
}

/** A plan for people: what `smol plan` prints. Colour and weight only support what the text says. */
export function renderPlanText(plan: Plan, options: PlanTextOptions): string {
  const width = Math.min(100, Math.max(80, options.columns));
  const { strong } = createPaint(options.color);
  const phases = plan.phases.flatMap((phase) => [
    stageLines(plan, phase, width),
    mixtureLines(plan, phase),
    scheduleLines(phase, width),
  ]);
  const sections = [headerLines(plan, width), ...phases, datasetLines(plan)];
  if (plan.diagnostics.length > 0) sections.push(wrap(diagnosticsText(plan), width));
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
  const name = plan.profile === null ? plan.recipe : `${plan.recipe} (profile ${plan.profile})`;
  const title = name + ' '.repeat(Math.max(2, width - name.length - identity.length)) + identity;
  const { totals, model } = plan;
  const facts = [
    [
      `${formatTokens(totals.tokens)} tokens`,
      stepsText(plan),
      `${formatTokens(model.parameters)} parameters`,
      `${formatScientific(totals.flops)} FLOPs`,
    ],
    [
      `${model.family} ${formatCount(model.layers)} × ${formatCount(model.hidden)}`,
      `${formatCount(model.heads)} heads (${formatCount(model.kv_heads)} kv)`,
      `vocab ${formatCount(model.vocab)}`,
      `context ${formatCount(model.context)}`,
      `tokenizer ${sourceText(plan.tokenizer)}`,
    ],
    [`seed ${plan.seed}`, ...plan.phases.flatMap((phase) => phaseFacts(phase, totals.checkpoint_bytes))],
  ];
  return [title, ...facts.flatMap((line) => foldItems(line, ' · ', width)), ...settingLines(plan)];
}

function settingLines({ settings }: Plan): readonly string[] {
  return settings.map((setting) => `set ${setting}`);
}

function stepsText(plan: Plan): string {
  const size = plan.phases.length === 1 ? plan.phases[0]!.tokens_per_step : null;
  return `${formatCount(plan.totals.steps)} steps${size === null ? '' : ` × ${formatCount(size)}`}`;
}

function phaseFacts(phase: PlanPhase, bytes: number): readonly string[] {
  const { every_steps, keep } = phase.checkpoint;
  const kept = keep === null ? 'all kept' : `newest ${formatCount(keep)} kept`;
  const when = every_steps === null ? 'at the end only' : `every ${formatCount(every_steps)} steps, ${kept}`;
  return [phase.precision, `checkpoints of ${formatBytes(bytes)} ${when}`];
}

function sourceText(source: PlanSource): string {
  if (source.kind === 'local') return source.paths.join(', ');
  return source.kind === 'hf' ? source.repository : source.dataset;
}

function diagnosticsText(plan: Plan): string {
  const count = (severity: 'warning' | 'note') => plan.diagnostics.filter((each) => each.severity === severity).length;
  const parts = (['warning', 'note'] as const).filter((severity) => count(severity) > 0);
  const counts = parts.map((severity) => `${count(severity)} ${severity}${count(severity) === 1 ? '' : 's'}`);
  const file = plan.diagnostics.find(({ at }) => at !== null)?.at?.file;
  return `${counts.join(', ')} (\`smol check${file === undefined ? '' : ` ${file}`}\`)`;
}
