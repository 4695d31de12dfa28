import type { Plan, PlanPhase, PlanSource } from '../plan/types.ts';
import { formatBytes, formatCount, formatScientific, formatTokens } from './format-number.ts';

/** What a plan is of: the recipe, with the profile it was compiled under. */
export function planTitle({ recipe, profile }: Plan): string {
  return profile === null ? recipe : `${recipe} (profile ${profile})`;
}

/** The facts that stand first, line by line: size of the run, shape of the model, what holds for each phase. */
export function headerFacts(plan: Plan): readonly (readonly string[])[] {
  const { totals, model } = plan;
  return [
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

/** `2 warnings, 1 note`. */
export function problemCounts(plan: Plan): string {
  const count = (severity: 'warning' | 'note') => plan.diagnostics.filter((each) => each.severity === severity).length;
  const parts = (['warning', 'note'] as const).filter((severity) => count(severity) > 0);
  return parts.map((severity) => `${count(severity)} ${severity}${count(severity) === 1 ? '' : 's'}`).join(', ');
}
