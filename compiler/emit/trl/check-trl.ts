import * as rows from '../../diagnostics/catalogue/export.ts';
import { diagnose } from '../../diagnostics/catalogue-row.ts';
import type { Diagnostic } from '../../diagnostics/types.ts';
import { stepText } from '../../plan/step-text.ts';
import type { Plan } from '../../plan/types.ts';
import type { SpanOf } from '../plan-spans.ts';
import { readDatasets } from './data-sources.ts';
import { learningRateConfig } from './learning-rate-config.ts';
import { splitRows, tuningGpus } from './split-rows.ts';
import { startModel, type TunedRun, tunedRuns } from './tuned-run.ts';

const target = 'trl';

/** What TRL 0.24 cannot do, or leaves out, of a plan. An error is what its files could not say truthfully. */
export function checkTrl(plan: Plan, spanOf: SpanOf): readonly Diagnostic[] {
  const runs = tunedRuns(plan);
  if (runs.length === 0) {
    const data = { target, needs: 'post-training', instead: '`--target nanotron` writes pretraining' };
    return [diagnose(rows.nothingToExport, spanOf('/recipe'), data)];
  }
  return [
    ...(plan.cluster === null ? [diagnose(rows.exportWithoutCluster, spanOf('/recipe'), { target })] : []),
    ...runs.flatMap((run) => [
      ...aboutTraining(plan, run, spanOf),
      ...aboutTuning(run, spanOf),
      ...aboutRows(run, spanOf),
      ...aboutData(plan, run, spanOf),
    ]),
    ...aboutOthers(plan, spanOf),
  ];
}

const wordsOf = ({ name }: TunedRun) => `\`${name}\``;

function aboutTraining(plan: Plan, run: TunedRun, spanOf: SpanOf): readonly Diagnostic[] {
  const { phase, pointer } = run;
  const found: Diagnostic[] = [];
  if (startModel(phase.from, '') === null) {
    const start =
      phase.from.kind === 'weights' ? 'a GGUF file' : phase.from.kind === 'fresh' ? 'random weights' : 'a checkpoint';
    found.push(diagnose(rows.startNotExported, spanOf(`${pointer}/from`), { target, phase: wordsOf(run), start }));
  }
  if (learningRateConfig(phase.schedule, phase.steps) === null) {
    const known = 'cosine, linear, constant, inverse_sqrt to 0, and wsd with a warm-up or an end above 0';
    const data = { target, phase: wordsOf(run), schedule: phase.schedule.kind, known };
    found.push(diagnose(rows.scheduleNotExported, spanOf(`${pointer}/schedule`), data));
  }
  const { batch_sequences: sequences } = phase.tuning;
  if (splitRows(sequences, plan.cluster) === null) {
    const gpus = tuningGpus(plan.cluster);
    const below = Math.floor(sequences / gpus) * gpus;
    const near = [below, below + gpus].filter((value) => value > 0);
    const data = { target, phase: wordsOf(run), sequences, gpus, near };
    found.push(diagnose(rows.batchNotExported, spanOf(`${pointer}/tuning/batch_sequences`), data));
  }
  const { weight_decay, decay_exclude } = phase.optimizer;
  if (weight_decay > 0 && String(decay_exclude) !== 'norms') {
    const data = {
      target,
      what: `weight decay of ${wordsOf(run)} leaves out norms and nothing else, which the Trainer always does`,
      instead: 'write `decay_exclude = [norms]` to have the same here',
    };
    found.push(diagnose(rows.settingLeftOut, spanOf(`${pointer}/optimizer/decay_exclude`), data));
  }
  return found;
}

function aboutTuning(run: TunedRun, spanOf: SpanOf): readonly Diagnostic[] {
  const { tuning, kind } = run.phase;
  const at = (member: string) => spanOf(`${run.pointer}/tuning/${member}`);
  const found: Diagnostic[] = [];
  if (tuning.loss_on === 'last_turn') {
    const why = 'it trains on every answer of a conversation, or on all of its text';
    const instead = 'write `loss_on = assistant`, or keep the last answers only in the data';
    found.push(
      diagnose(rows.tuningNotExported, at('loss_on'), {
        target,
        phase: wordsOf(run),
        setting: '`loss_on = last_turn`',
        why,
        instead,
      }),
    );
  }
  if (kind === 'dpo' && (tuning.loss === 'ipo') !== (tuning.length_normalised === true)) {
    const why = 'its `ipo` divides by the length, and its other losses do not';
    const instead = `write \`length_normalised = ${tuning.loss === 'ipo'}\``;
    const setting = `\`length_normalised = ${tuning.length_normalised}\` with \`${tuning.loss}\``;
    found.push(
      diagnose(rows.tuningNotExported, at('length_normalised'), { target, phase: wordsOf(run), setting, why, instead }),
    );
  }
  if (tuning.loss_on === 'assistant' && !marksAnswers(tuning.chat)) {
    const data = {
      target,
      what: `answers of ${wordsOf(run)} are found by \`{% generation %}\` in the template${tuning.chat.kind === 'jinja' ? ', which has none' : ', which is not known here'}`,
      instead: 'TRL stops where there is none: put the tags around what an assistant writes, or use `chatml(…)`',
    };
    found.push(diagnose(rows.settingLeftOut, at('chat'), data));
  }
  if (kind === 'dpo' && tuning.chat.kind !== 'from_tokenizer') {
    const what = `the template of ${wordsOf(run)}: \`trl dpo\` uses the one of the model it starts from`;
    const instead = 'look that it is the same; `smol export` and `trl sft` leave it with the model';
    found.push(diagnose(rows.leftToOthers, at('chat'), { target, what, instead }));
  }
  return found;
}

function marksAnswers(chat: TunedRun['phase']['tuning']['chat']): boolean {
  return chat.kind === 'chatml' || (chat.kind === 'jinja' && chat.template.includes('generation'));
}

/** What becomes of rows that do not fit, and how they are packed. */
function aboutRows(run: TunedRun, spanOf: SpanOf): readonly Diagnostic[] {
  const { tuning, kind } = run.phase;
  const at = (member: string) => spanOf(`${run.pointer}/tuning/${member}`);
  const found: Diagnostic[] = [];
  if (tuning.too_long !== 'truncate') {
    const data = {
      target,
      what: `rows of ${wordsOf(run)} above ${tuning.sequence} tokens are cut, where the plan says \`${tuning.too_long}\``,
      instead: 'take them out of the data, or write `too_long = truncate`',
    };
    found.push(diagnose(rows.settingLeftOut, at('too_long'), data));
  }
  if (kind === 'sft' && tuning.packing === true && tuning.attention !== 'document') {
    const data = {
      target,
      what: `packed rows of ${wordsOf(run)} do not see each other, where the plan says \`attention = full\``,
      instead: 'write `attention = document` to have the same here',
    };
    found.push(diagnose(rows.settingLeftOut, at('attention'), data));
  }
  return found;
}

function aboutData(plan: Plan, run: TunedRun, spanOf: SpanOf): readonly Diagnostic[] {
  return readDatasets(plan, run).flatMap((dataset) => {
    const span = spanOf(`/datasets/${plan.datasets.indexOf(dataset)}`);
    if (dataset.source.kind === 'generate') {
      const why = 'its rows are written by a model';
      const instead = 'run the recipe until they are written, and give the file as `local("…")`';
      const data = { target, phase: wordsOf(run), setting: `dataset \`${dataset.name}\``, why, instead };
      return [diagnose(rows.tuningNotExported, span, data)];
    }
    if (dataset.steps.length === 0) return [];
    const why = `prepare.py loads rows as they are, and \`${stepText(dataset.steps[0]!)}\` would choose among them`;
    const instead =
      'filter the rows first, and give the files: `source = local("filtered/*.jsonl")` (a profile may do so)';
    const setting = `the steps of dataset \`${dataset.name}\``;
    return [diagnose(rows.tuningNotExported, span, { target, phase: wordsOf(run), setting, why, instead })];
  });
}

function aboutOthers({ phases, evaluations }: Plan, spanOf: SpanOf): readonly Diagnostic[] {
  const pretrain = phases.flatMap(({ kind, name }, index) =>
    kind === 'pretrain' ? [{ name: `\`${name}\``, index }] : [],
  );
  const measured = evaluations.map(({ name }) => `evaluation \`${name}\``).join(', ');
  return [
    ...(pretrain.length === 0
      ? []
      : [
          diagnose(rows.leftToOthers, spanOf(`/phases/${pretrain[0]!.index}`), {
            target,
            what: pretrain.map(({ name }) => name).join(', '),
            instead:
              'TRL starts from its model in `models/`: `smol export` writes that of a run, `--target nanotron` its configuration',
          }),
        ]),
    ...(measured === ''
      ? []
      : [
          diagnose(rows.leftToOthers, spanOf('/recipe'), {
            target,
            what: measured,
            instead: 'measure the folders in `models/` with `smol evaluate`',
          }),
        ]),
  ];
}
