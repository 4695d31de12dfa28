import { wrap } from '../diagnostics/reporters/wrap.ts';
import type { Plan, PlanClassifier, PlanDataset, PlanSource, PlanStep } from '../plan/types.ts';
import { formatCount } from './format-number.ts';

/** What is made before training: rows that a model writes, and the models that score rows. Empty where nothing is. */
export function dataLines(plan: Plan, width: number): readonly string[] {
  const lines = dataWords(plan).flatMap((words) =>
    wrap(words, width - 9).map((line, i) => (i === 0 ? line : `  ${line}`)),
  );
  return lines.map((line, i) => (i === 0 ? `Prepare  ${line}` : `         ${line}`));
}

/** A line for each dataset that a model writes, and one for each classifier. */
export function dataWords({ datasets, classifiers = [] }: Plan): readonly string[] {
  return [
    ...datasets.flatMap((dataset) =>
      dataset.source.kind === 'generate' ? [writtenWords(dataset, dataset.source)] : [],
    ),
    ...classifiers.map((classifier) => scoredWords(classifier, datasets)),
  ];
}

type Generation = Extract<PlanSource, { readonly kind: 'generate' }>;

/** `answers: owner/model answers prompts · 2 samples · temperature 0.7`. */
function writtenWords({ name }: PlanDataset, source: Generation): string {
  const { model, prompts, samples, turns, temperature, top_p, max_tokens } = source;
  return [
    `${name}: ${model} answers ${prompts}`,
    ...(samples === 1 ? [] : [`${formatCount(samples)} samples`]),
    ...(turns === 1 ? [] : [`${formatCount(turns)} turns`]),
    `temperature ${temperature}`,
    ...(top_p === 1 ? [] : [`top p ${top_p}`]),
    ...(max_tokens === null ? [] : [`at most ${formatCount(max_tokens)} tokens`]),
  ].join(' · ');
}

/** `edu: owner/classifier scores dclm_edu by text · 0 to 5 · trained on annotations (score)`. */
function scoredWords(classifier: PlanClassifier, datasets: Plan['datasets']): string {
  const { name, model, reads, least, most, annotations, label } = classifier;
  const scored = datasets.filter(({ steps }) => steps.some((step) => scoresWith(step, name))).map((each) => each.name);
  const from = model.kind === 'hf' ? model.repository : model.kind === 'local' ? model.paths.join(', ') : '';
  return [
    `${name}: ${from} scores ${scored.length === 0 ? 'nothing' : scored.join(', ')} by ${reads}`,
    `${least} to ${most}`,
    ...(annotations === null ? [] : [`trained on ${annotations} (${label})`]),
  ].join(' · ');
}

function scoresWith(step: PlanStep, classifier: string): boolean {
  return step.kind === 'score' && step.by.kind === 'classifier' && step.by.classifier === classifier;
}
