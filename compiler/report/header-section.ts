import { isPretrain } from '../plan/is-pretrain.ts';
import type { Plan, PlanCluster, PlanMemory, PlanPhase, PlanSource } from '../plan/types.ts';
import {
  formatBytes,
  formatCount,
  formatDays,
  formatMoney,
  formatScientific,
  formatShare,
  formatTokens,
} from './format-number.ts';

/** What a plan is of: the recipe, with the profile it was compiled under. */
export function planTitle({ recipe, profile }: Plan): string {
  return profile === null ? recipe : `${recipe} (profile ${profile})`;
}

/** The facts that stand first, line by line: size of the run, shape of the model, what holds for each phase. */
export function headerFacts(plan: Plan): readonly (readonly string[])[] {
  const { totals, model } = plan;
  return [
    ...sizeFacts(plan),
    [
      `${model.family} ${formatCount(model.layers)} × ${formatCount(model.hidden)}`,
      `${formatCount(model.heads)} heads (${formatCount(model.kv_heads)} kv)`,
      `vocab ${formatCount(model.vocab)}`,
      `context ${formatCount(model.context)}`,
      `tokenizer ${sourceText(plan.tokenizer)}`,
    ],
    [
      `seed ${plan.seed}`,
      ...plan.phases
        .filter(isPretrain)
        .slice(0, 1)
        .flatMap((phase) => phaseFacts(phase, totals.checkpoint_bytes)),
    ],
    ...plan.phases
      .filter(isPretrain)
      .slice(1)
      .map((phase) => withName(phase, phaseFacts(phase, totals.checkpoint_bytes))),
  ];
}

/** How large the run is. Tokens and what follows from them are of pretraining: rows have lengths that nobody knows yet. */
function sizeFacts(plan: Plan): readonly (readonly string[])[] {
  const { totals, model, cluster } = plan;
  const parameters = `${formatTokens(model.parameters)} parameters`;
  if (!plan.phases.some(isPretrain)) return [[`${formatCount(totals.steps)} steps of post-training`, parameters]];
  return [
    [`${formatTokens(totals.tokens)} tokens`, stepsText(plan), parameters, flopsText(plan)],
    ...(cluster === null ? [] : [clusterFacts(plan, cluster)]),
  ];
}

/** Operations of the weights, and what attention adds to them when the masked half is left out. */
function flopsText({ totals }: Plan): string {
  const attention = Number(totals.attention_flops) / 2 / Number(totals.flops);
  return `${formatScientific(totals.flops)} FLOPs (+${formatShare(Number(attention.toPrecision(1)))} causal attention)`;
}

/** What the run takes on its cluster: time, price, and memory of a GPU. */
function clusterFacts({ totals, memory }: Plan, cluster: PlanCluster): readonly string[] {
  const { gpu_hours: hours, days, cost_usd: cost } = totals;
  return [
    `${formatCount(cluster.gpus)} × ${cluster.gpu}: ${formatDays(days ?? 0)} at ${formatShare(cluster.mfu)} MFU`,
    `${formatTokens(Math.round(hours ?? 0))} GPU hours`,
    ...(cost === null ? [] : [formatMoney(cost)]),
    ...(memory === null ? [] : [memoryText(memory)]),
  ];
}

/** `53 GB a GPU of 80 (state 31)`. */
function memoryText({ total_bytes, gpu_bytes, state_bytes }: PlanMemory): string {
  return `${gigabytes(total_bytes)} GB a GPU of ${gigabytes(gpu_bytes)} (state ${gigabytes(state_bytes)})`;
}

/** To the next whole number, below 10 to one decimal. */
function gigabytes(bytes: number): string {
  return bytes < 9.95e9 ? (bytes / 1e9).toFixed(1) : formatCount(Math.round(bytes / 1e9));
}

/** Steps of pretraining, which the tokens are of; those of post-training stand with it. */
function stepsText(plan: Plan): string {
  const phases = plan.phases.filter(isPretrain);
  const size = phases.length === 1 ? phases[0]!.tokens_per_step : null;
  const steps = phases.reduce((sum, phase) => sum + phase.steps, 0);
  return `${formatCount(steps)} steps${size === null ? '' : ` × ${formatCount(size)}`}`;
}

/** Further phases say whose facts these are. */
function withName({ name }: PlanPhase, [first, ...others]: readonly string[]): readonly string[] {
  return [`${name}: ${first}`, ...others];
}

function phaseFacts(phase: PlanPhase, bytes: number): readonly string[] {
  const { every_steps, keep } = phase.checkpoint;
  const kept = keep === null ? 'all kept' : `newest ${formatCount(keep)} kept`;
  const when = every_steps === null ? 'at the end only' : `every ${formatCount(every_steps)} steps, ${kept}`;
  return [phase.precision, `checkpoints of ${formatBytes(bytes)} ${when}`];
}

function sourceText(source: PlanSource): string {
  if (source.kind === 'local') return source.paths.join(', ');
  if (source.kind === 'hf') return source.repository;
  if (source.kind === 'generate') return `${source.model} on ${source.prompts}`;
  return source.kind === 'dataset' ? source.dataset : source.takes.map(({ dataset }) => dataset).join(', ');
}

/** `2 warnings, 1 note`. */
export function problemCounts(plan: Plan): string {
  const count = (severity: 'warning' | 'note') => plan.diagnostics.filter((each) => each.severity === severity).length;
  const parts = (['warning', 'note'] as const).filter((severity) => count(severity) > 0);
  return parts.map((severity) => `${count(severity)} ${severity}${count(severity) === 1 ? '' : 's'}`).join(', ');
}
