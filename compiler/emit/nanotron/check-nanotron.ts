import * as rows from '../../diagnostics/catalogue/export.ts';
import { diagnose } from '../../diagnostics/catalogue-row.ts';
import type { Diagnostic } from '../../diagnostics/types.ts';
import { isPretrain } from '../../plan/is-pretrain.ts';
import type { Plan } from '../../plan/types.ts';
import { type ExportedRun, exportedRuns } from '../exported-run.ts';
import type { SpanOf } from '../plan-spans.ts';

const target = 'nanotron';

/** What nanotron (2411b022) cannot do, or leaves out, of a plan. An error is what its files could not say truthfully. */
export function checkNanotron(plan: Plan, spanOf: SpanOf): readonly Diagnostic[] {
  const runs = exportedRuns(plan, isPretrain);
  if (!plan.phases.some(isPretrain)) {
    const data = { target, needs: 'pretraining', instead: '`--target trl` writes fine-tuning and preference learning' };
    return [diagnose(rows.nothingToExport, spanOf('/recipe'), data)];
  }
  return [
    ...aboutMachines(plan, spanOf),
    ...runs.flatMap((run) => aboutRun(plan, run, spanOf)),
    ...aboutDatasets(plan, spanOf),
    ...aboutOthers(plan, spanOf),
  ];
}

function aboutMachines(plan: Plan, spanOf: SpanOf): readonly Diagnostic[] {
  const { cluster, tokenizer } = plan;
  return [
    ...(cluster === null ? [diagnose(rows.exportWithoutCluster, spanOf('/recipe'), { target })] : []),
    ...(tokenizer.kind === 'local'
      ? [diagnose(rows.tokenizerIsFile, spanOf('/tokenizer'), { target, file: tokenizer.paths.join(', ') })]
      : []),
  ];
}

function aboutRun(plan: Plan, run: ExportedRun, spanOf: SpanOf): readonly Diagnostic[] {
  const { phase, pointer, isArm, name } = run;
  const at = (member: string) => spanOf(`${pointer}/${member}`);
  const words = isArm ? `arm \`${name}\`` : `\`${name}\``;
  const found: Diagnostic[] = [];
  if (phase.precision === 'float32') {
    found.push(
      diagnose(rows.precisionNotExported, at('precision'), {
        target,
        phase: words,
        setting: `${phase.name}.precision=bf16`,
      }),
    );
  }
  if (phase.schedule.kind === 'inverse_sqrt') {
    const known = 'wsd, constant, linear and cosine';
    found.push(
      diagnose(rows.scheduleNotExported, at('schedule'), { target, phase: words, schedule: 'inverse_sqrt', known }),
    );
  }
  if (phase.optimizer.decay_exclude.length > 0 && !plan.model.tie_embeddings) {
    found.push(diagnose(rows.decayExcludeNotExported, at('optimizer/decay_exclude'), { phase: words }));
  }
  return [...found, ...aboutStart(plan, run, at('from')), ...aboutExtras(run, spanOf)];
}

function aboutStart(plan: Plan, { phase, isArm, name }: ExportedRun, span: Diagnostic['span']): readonly Diagnostic[] {
  const { from } = phase;
  const isOwn = from.kind === 'phase' && plan.phases.find((each) => each.name === from.phase)?.kind !== 'pretrain';
  if (from.kind === 'weights' || from.kind === 'checkpoint' || isOwn) {
    const start =
      from.kind === 'phase'
        ? `phase \`${from.phase}\``
        : from.kind === 'weights'
          ? 'a Hugging Face or GGUF model'
          : 'a checkpoint of smol';
    return [diagnose(rows.startNotExported, span, { target, phase: `\`${name}\``, start })];
  }
  if (!isArm || from.kind === 'fresh') return [];
  return [
    diagnose(rows.settingLeftOut, span, {
      target,
      what: `arm \`${name}\` reads its data from the start: its schedule counts from 1, and the data with it`,
      instead: 'give the folders of this arm files that the run before it has not read',
    }),
  ];
}

/** Settings of a phase that nanotron has nothing for. */
function aboutExtras({ phase, pointer, isArm, name }: ExportedRun, spanOf: SpanOf): readonly Diagnostic[] {
  if (isArm) return [];
  const found: Diagnostic[] = [];
  if (phase.on_spike !== null) {
    found.push(
      diagnose(rows.settingLeftOut, spanOf(`${pointer}/on_spike`), {
        target,
        what: `\`on_spike\` of \`${name}\` has no effect: the loss is not watched`,
        instead: 'watch it yourself, and go back by `resume_checkpoint_path`',
      }),
    );
  }
  const packed = phase.stages.findIndex(({ attention }) => attention === 'document');
  if (packed !== -1) {
    found.push(
      diagnose(rows.settingLeftOut, spanOf(`${pointer}/stages/${packed}/attention`), {
        target,
        what: `document attention of stage \`${phase.stages[packed]!.name}\` needs a loader that released versions of datatrove do not have`,
        instead: "install nanotron's own branch of datatrove; without it the stage stops before its first step",
      }),
    );
  }
  if (phase.checkpoint.keep !== null) {
    found.push(
      diagnose(rows.leftToOthers, spanOf(`${pointer}/checkpoint/keep`), {
        target,
        what: `\`keep\` of the checkpoints of \`${name}\``,
        instead: 'nanotron keeps them all: remove old ones yourself',
      }),
    );
  }
  return found;
}

/** Nanotron reads tokenized files: what happens to rows before that is up to who makes them. */
function aboutDatasets({ datasets }: Plan, spanOf: SpanOf): readonly Diagnostic[] {
  const changed = datasets.flatMap(({ name, steps, holdout_rows: holdout, planned_tokens: planned }, index) =>
    planned > 0 && (steps.length > 0 || holdout > 0) ? [{ name: `\`${name}\``, index }] : [],
  );
  if (changed.length === 0) return [];
  const data = {
    target,
    what: `steps and holdouts of ${changed.length === 1 ? 'dataset' : 'datasets'} ${changed.map(({ name }) => name).join(', ')}`,
    instead: 'nanotron reads tokenized files: apply them when you make these (README.md lists them)',
  };
  return [diagnose(rows.leftToOthers, spanOf(`/datasets/${changed[0]!.index}`), data)];
}

function aboutOthers(plan: Plan, spanOf: SpanOf): readonly Diagnostic[] {
  const tuning = plan.phases.flatMap(({ kind, name }, index) => (kind === 'pretrain' ? [] : [{ name, index }]));
  const arms = plan.ablations.filter(({ arms }) => arms.some(({ phase }) => phase.kind !== 'pretrain'));
  const others = [...tuning.map(({ name }) => `\`${name}\``), ...arms.map(({ name }) => `ablation \`${name}\``)];
  return [
    ...(others.length === 0
      ? []
      : [
          diagnose(rows.leftToOthers, spanOf(tuning.length > 0 ? `/phases/${tuning[0]!.index}` : '/recipe'), {
            target,
            what: others.join(', '),
            instead: 'nanotron pretrains only: `--target trl` writes these',
          }),
        ]),
    ...(plan.evaluations.length === 0
      ? []
      : [
          diagnose(rows.leftToOthers, spanOf('/recipe'), {
            target,
            what: plan.evaluations.map(({ name }) => `evaluation \`${name}\``).join(', '),
            instead: 'measure checkpoints with `smol evaluate` or lighteval once they are converted',
          }),
        ]),
  ];
}
