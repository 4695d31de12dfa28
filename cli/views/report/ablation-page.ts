import {
  formatCount,
  formatLearningRate,
  formatShare,
  formatTokens,
  numberOfExact,
  type Plan,
} from '../../../compiler/index.ts';
import type { ReportedAblation, ReportedRun } from '../../../runtime/run-folder/index.ts';
import { armsLength } from '../arms-length.ts';
import { verdictText } from '../verdict-text.ts';
import { curves } from './curves.ts';
import { heldOutTable } from './held-out-table.ts';
import { type Markup, markup } from './markup.ts';
import { page } from './page.ts';
import { scoreChart } from './score-chart.ts';
import { scoreTable } from './score-table.ts';
import { scrollTable } from './scroll-table.ts';

/** The report of an ablation: what it says, the scores, how the arms differ, and their curves side by side. */
export function ablationPage(report: ReportedAblation): string {
  const { ablation, arms, missing, verdicts } = report;
  const { plan } = arms[0]!;
  const measured = verdicts.filter(({ results }) => results.length > 0);
  const names = arms.map(({ name }) => name);
  const profile = plan.profile === null ? '' : `, profile ${plan.profile}`;
  return page(`${ablation}: ablation of ${plan.recipe}`, [
    markup`<h1>Ablation ${ablation}</h1>
<p class="soft">${plan.recipe}${profile} · ${formatTokens(plan.model.parameters)} parameters</p>
<p class="lead">${summary(report)}</p>`,
    ...(verdicts.length === 0
      ? []
      : [
          markup`<ul class="plain">${verdicts.map((each) => markup`<li>${each.task}: ${verdictText(each).join('; ')}</li>`)}</ul>`,
        ]),
    ...(missing.length === 0 ? [] : [markup`<p>Not begun yet: ${missing.join(', ')}.</p>`]),
    ...(measured.length === 0
      ? []
      : [
          markup`<h2>Scores at ${[...new Set(measured.map(({ at }) => at))].join(', ')}</h2>`,
          scoreTable(measured, names),
          markup`<p class="soft">Below, each dot with twice its standard error to both sides.</p>
<div class="scores">${measured.map((each) => scoreChart(each, (arm) => names.indexOf(arm)))}</div>`,
        ]),
    markup`<h2>What the arms train on</h2>`,
    dataTable(arms),
    markup`<h2>What they share</h2>`,
    sharedFacts(report, plan),
    markup`<h2>Curves</h2>`,
    ...curves(arms, 'Arms read different text: their losses tell how training goes, the scores which arm is better.'),
    ...heldOutTable(arms),
  ]);
}

function summary({ arms, missing }: ReportedAblation): string {
  const count = arms.length + missing.length;
  const length = armsLength(arms.map(({ plan }) => plan.phases[0]!));
  return `${count} ${count === 1 ? 'arm' : 'arms'} of ${length} each, from the same start, by the same seed and schedule; only the data differs.`;
}

/** Datasets by arms: the shares of each. */
function dataTable(arms: readonly ReportedRun[]): Markup {
  const shares = arms.map(({ plan }) => sharesOf(plan));
  const names = [...new Set(shares.flatMap((each) => [...each.keys()]))];
  const isShared = (name: string) => shares.every((each) => each.get(name) === shares[0]!.get(name));
  const ordered = [...names.filter((name) => !isShared(name)), ...names.filter(isShared)];
  const rows = ordered.map(
    (name) =>
      markup`<tr><th scope="row">${name}</th>${shares.map((each) => markup`<td>${each.get(name) ?? '–'}</td>`)}</tr>`,
  );
  const heads = arms.map(({ name }) => markup`<th scope="col">${name}</th>`);
  return scrollTable('dataset', heads, rows);
}

/** Of an arm's one stage; in post-training of its rows. */
function sharesOf({ phases: [phase] }: Plan): ReadonlyMap<string, string> {
  const { stages, rows, tuning } = phase!;
  const shares = stages[0]?.mixture ?? tuning?.data ?? [];
  const counted = rows === null ? '' : `, ${formatCount(rows)} rows`;
  return new Map(shares.map(({ dataset, share }) => [dataset, `${formatShare(numberOfExact(share))}${counted}`]));
}

function sharedFacts({ of, from }: ReportedAblation, plan: Plan): Markup {
  const phase = plan.phases[0]!;
  const { schedule } = phase;
  const facts: readonly (readonly [string, string])[] = [
    ['phase', `a copy of ${of} (${phase.kind}), ${phase.precision}`],
    ['start', startText(from)],
    ['seed', String(plan.seed)],
    [
      'schedule',
      `${schedule.kind}, peak ${formatLearningRate(schedule.peak)}, to ${formatLearningRate(schedule.end)}, ${formatCount(schedule.warmup_steps)} steps of warm-up`,
    ],
    ['tokens a step', phase.tokens_per_step === null ? 'as the rows have' : formatCount(phase.tokens_per_step)],
    [
      'model',
      `${plan.model.layers} layers × ${formatCount(plan.model.hidden)}, vocabulary ${formatCount(plan.model.vocab)}, context ${formatCount(plan.model.context)}`,
    ],
  ];
  return markup`<dl>${facts.map(([name, text]) => markup`<dt>${name}</dt><dd>${text}</dd>`)}</dl>`;
}

function startText(from: ReportedAblation['from']): string {
  if (from.kind === 'fresh') return 'fresh weights, drawn from the seed';
  if (from.kind !== 'phase') return 'given weights';
  return from.step === null ? `the end of ${from.phase}` : `step ${formatCount(from.step)} of ${from.phase}`;
}
