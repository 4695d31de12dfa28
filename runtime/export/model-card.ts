import {
  type Plan,
  type PlanPhase,
  type PlanSource,
  type PlanStage,
  type PlanStart,
  type PlanTuning,
  stepText,
} from '../../compiler/plan/index.ts';
import type { EvaluationLine } from '../evaluate/run-evaluations.ts';
import { runPhases } from '../train/run-phases.ts';
import type { HeldOutLoss } from '../train/training-event.ts';

/** What a model card tells of. */
export interface CardFacts {
  readonly plan: Plan;
  /** The run's step that the weights are of. */
  readonly step: number;
  readonly ropeTheta: number;
  readonly heldOut: readonly HeldOutLoss[];
  readonly evaluations: readonly EvaluationLine[];
}

/** A phase, and how many of its steps went into the weights. */
interface TrainedPhase {
  readonly phase: PlanPhase;
  readonly steps: number;
}

/** The `README.md` of an exported model: what it is and what it was trained on, all of it from the plan and the run's logs. */
export function modelCard(facts: CardFacts): string {
  const { plan, step } = facts;
  const trained = phasesThrough(plan, step);
  const sections = [
    ['---', 'library_name: transformers', 'pipeline_tag: text-generation', 'tags: [smol, llama]', '---'],
    [`# ${plan.recipe}`, '', introduction(facts, trained)],
    ['## Model', '', ...modelTable(facts)],
    ['## Training', '', ...trained.flatMap((each, index) => [...(index > 0 ? [''] : []), ...phaseSection(each)])],
    ['## Data', '', ...dataTable(plan, trained)],
    heldOutSection(facts),
    evaluationSection(facts),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function phasesThrough(plan: Plan, step: number): TrainedPhase[] {
  return runPhases(plan)
    .filter(({ before }) => before < step)
    .map(({ phase, before, end }) => ({ phase, steps: Math.min(end, step) - before }));
}

function introduction({ plan, step }: CardFacts, trained: readonly TrainedPhase[]): string {
  const all = plan.phases.reduce((sum, { steps }) => sum + steps, 0);
  const profile = plan.profile === null ? '' : `, profile \`${plan.profile}\``;
  const settings = plan.settings.map((setting) => `, ${code(setting)}`).join('');
  const names = trained.map(({ phase }) => `\`${phase.name}\``).join(', ');
  return [
    `A language model of ${count(plan.model.parameters)} parameters, trained with \`smol\` from the recipe`,
    `\`${plan.recipe}\`${profile}${settings} (plan \`${plan.hash}\`, seed ${plan.seed}).`,
    `These are the weights after step ${count(step)} of ${count(all)}, in ${names}.`,
  ].join('\n');
}

function modelTable({ plan: { model }, ropeTheta }: CardFacts): string[] {
  return table(
    ['', ''],
    [
      ['architecture', `Llama decoder, ${model.layers} layers`],
      ['hidden size', count(model.hidden)],
      ['feed-forward size', count(model.ffn)],
      ['heads', `${model.heads}, ${model.kv_heads} for keys and values, of size ${model.head_size}`],
      ['vocabulary', count(model.vocab)],
      ['context', `${count(model.context)} tokens`],
      ['RoPE theta', count(ropeTheta)],
      ['embeddings', model.tie_embeddings ? 'tied with the head' : 'not tied'],
    ],
  );
}

function phaseSection({ phase, steps }: TrainedPhase): string[] {
  const { optimizer, schedule, precision } = phase;
  const done = steps === phase.steps ? '' : `${count(steps)} of `;
  const lines = [
    `### ${phase.name} (${phase.kind})`,
    '',
    `- ${done}${count(phase.steps)} steps in ${precision}, from ${startText(phase.from)}`,
    `- AdamW, beta ${optimizer.beta1} and ${optimizer.beta2}, eps ${optimizer.eps}, weight decay ${optimizer.weight_decay}`,
    `- learning rate ${schedule.kind}, peak ${schedule.peak}, to ${schedule.end}, warm-up ${count(schedule.warmup_steps)} ${schedule.warmup_steps === 1 ? 'step' : 'steps'}`,
  ];
  if (phase.tuning !== null) return [...lines, ...tuningLines(phase.tuning, phase.epochs)];
  const started = phase.stages.filter(({ first_step }) => first_step <= steps);
  const header = ['stage', 'steps', 'tokens', 'sequence', 'RoPE theta', 'mixture'];
  return [
    ...lines,
    '',
    ...table(
      header,
      started.map((stage) => stageRow(stage, steps)),
    ),
  ];
}

function tuningLines(tuning: PlanTuning, epochs: string | null): string[] {
  const chats = { chatml: 'ChatML', jinja: 'a template of the recipe', from_tokenizer: "the tokenizer's template" };
  const data = tuning.data.map(({ dataset, share }) => `${percent(share)} ${dataset}`).join(', ');
  return [
    `- data: ${data}${epochs === null ? '' : `, ${epochs} ${epochs === '1' ? 'epoch' : 'epochs'}`}`,
    `- ${count(tuning.batch_sequences)} sequences a step, of at most ${count(tuning.sequence)} tokens`,
    `- chats as ${chats[tuning.chat.kind]}${tuning.loss_on === null ? '' : `, loss on ${tuning.loss_on}`}`,
    ...(tuning.beta === null ? [] : [`- preference loss ${tuning.loss}, beta ${tuning.beta}`]),
  ];
}

function startText(from: PlanStart): string {
  switch (from.kind) {
    case 'fresh':
      return 'weights drawn anew';
    case 'phase':
      return from.step === null ? `the end of ${from.phase}` : `step ${count(from.step)} of ${from.phase}`;
    case 'weights':
      return sourceText(from.source);
    default:
      return `the ${from.kind} ${code(from.path)}`;
  }
}

function stageRow(stage: PlanStage, steps: number): string[] {
  const last = Math.min(stage.last_step, steps);
  const done = last - stage.first_step + 1;
  return [
    stage.name,
    `${count(stage.first_step)} to ${count(last)}`,
    count(done * stage.sequence * stage.batch_sequences),
    count(stage.sequence),
    count(stage.rope_theta),
    stage.mixture.map(({ dataset, share }) => `${percent(share)} ${dataset}`).join(', '),
  ];
}

function dataTable(plan: Plan, trained: readonly TrainedPhase[]): string[] {
  const used = new Set(
    trained.flatMap(({ phase, steps }) => [
      ...phase.stages.filter(({ first_step }) => first_step <= steps).flatMap(({ mixture }) => mixture.map(nameOf)),
      ...(phase.tuning?.data ?? []).map(nameOf),
    ]),
  );
  const rows = plan.datasets
    .filter(({ name }) => used.has(name))
    .map((dataset) => [
      dataset.name,
      dataset.domain ?? '',
      sourceText(dataset.source),
      dataset.steps.map((step) => code(stepText(step))).join(', '),
    ]);
  return table(['dataset', 'domain', 'source', 'steps'], rows);
}

function nameOf({ dataset }: { readonly dataset: string }): string {
  return dataset;
}

function sourceText(source: PlanSource): string {
  switch (source.kind) {
    case 'local':
      return source.paths.map(code).join(', ');
    case 'hf':
      return code([source.repository, source.config, source.split, source.revision].filter(Boolean).join(' '));
    case 'dataset':
      return `rows of ${source.dataset}`;
    case 'takes':
      return source.takes.map(({ dataset, asked }) => `${asked} of ${dataset}`).join(', ');
    case 'generate':
      return `answers of ${code(source.model)} to ${source.prompts}`;
  }
}

/** What tasks gave at the step of the weights. */
function evaluationSection({ evaluations, step }: CardFacts): string[] {
  const rows = evaluations
    .filter((line) => line.step === step)
    .flatMap(({ evaluation, task, metrics }) =>
      Object.entries(metrics).map(([name, { value, standard_error }]) => [
        evaluation,
        task,
        name,
        standard_error === null ? value.toFixed(4) : `${value.toFixed(4)} ± ${standard_error.toFixed(4)}`,
      ]),
    );
  if (rows.length === 0) return [];
  return ['## Evaluations', '', ...table(['evaluation', 'task', 'metric', 'value'], rows)];
}

/** The newest measurement of each dataset that is not after the weights. */
function heldOutSection({ heldOut, step }: CardFacts): string[] {
  const newest = new Map(
    heldOut.filter((each) => each.step <= step && each.step > 0).map((each) => [each.dataset, each]),
  );
  if (newest.size === 0) return [];
  const rows = [...newest.values()].map((each) => [
    each.dataset,
    each.loss.toFixed(4),
    Math.exp(each.loss).toFixed(2),
    count(each.tokens),
    count(each.step),
  ]);
  const header = ['dataset', 'loss (nats a token)', 'perplexity', 'tokens', 'after step'];
  return ['## Held-out loss', '', ...table(header, rows)];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)];
}

/** Text of the recipe in the card: on one line, in backticks that it cannot end. */
function code(text: string): string {
  const shown = text.replaceAll(/\p{Cc}+/gu, ' ');
  return shown.includes('`') ? `\`\` ${shown} \`\`` : `\`${shown}\``;
}

/** An exact share (`0.54`, `1/3`) in percent, to 2 decimals where it has more. */
function percent(share: string): string {
  const [numerator, denominator] = share.split('/');
  const value = (100 * Number(numerator)) / Number(denominator ?? 1);
  return `${Number(value.toFixed(2))}%`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
