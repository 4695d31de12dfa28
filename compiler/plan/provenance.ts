import type { Span } from '../../grammar/index.ts';
import type {
  Origin,
  Resolved,
  ResolvedClassifier,
  ResolvedDataset,
  ResolvedPhase,
  ResolvedPretrain,
  ResolvedRecipe,
} from '../normalize/types.ts';
import type { PlanOrigin, PlanPhase, PlanPlace } from './types.ts';

/** Turns a span into lines and columns; see `planPlaces`. */
export type PlaceOf = (span: Span) => PlanPlace;

type Entry = readonly [pointer: string, origin: Origin];

/** Where each value of a plan comes from, by JSON pointer into the plan document. */
export function provenance(
  recipe: ResolvedRecipe,
  phases: readonly PlanPhase[],
  placeOf: PlaceOf,
): Readonly<Record<string, PlanOrigin>> {
  const entries = [
    ['/recipe', written(recipe.nameSpan)] as const,
    ['/seed', recipe.seed.origin] as const,
    ['/tokenizer', recipe.tokenizer.origin] as const,
    ...members('/model', recipe.model),
    ...recipe.datasets.flatMap((dataset, i) => ofDataset(`/datasets/${i}`, dataset)),
    ...recipe.classifiers.flatMap((each, i) => ofClassifier(`/classifiers/${i}`, each)),
    ...members('/cluster', recipe.clusters[0] ?? {}, snake),
    ...recipe.phases.flatMap((phase, i) => ofPhase(`/phases/${i}`, phase, phases[i]!)),
    ...recipe.tuning.flatMap((phase, i) => ofTuning(`/phases/${recipe.phases.length + i}`, phase)),
  ];
  return Object.fromEntries(entries.map(([pointer, origin]) => [pointer, planOrigin(origin, placeOf)]));
}

function planOrigin(origin: Origin, placeOf: PlaceOf): PlanOrigin {
  return 'span' in origin ? { from: origin.from, at: placeOf(origin.span) } : origin;
}

function written(span: Span): Origin {
  return { from: 'recipe', span };
}

/** Every resolved member of a record, under its own name or the one that the plan has for it. */
function members(at: string, record: object, planName: (name: string) => string = (name) => name): readonly Entry[] {
  return Object.entries(record).flatMap(([name, value]: [string, unknown]) =>
    isResolved(value) ? [[`${at}/${planName(name)}`, value.origin] as const] : [],
  );
}

function isResolved(value: unknown): value is Resolved<unknown> {
  return typeof value === 'object' && value !== null && 'value' in value && 'origin' in value;
}

const datasetNames: Readonly<Record<string, string>> = { repeat: 'epoch_limit' };

function ofDataset(at: string, { onExhaustion, ...dataset }: ResolvedDataset): readonly Entry[] {
  // A dataset that is read again has no such member.
  const end: readonly Entry[] = onExhaustion.value === 'repeat' ? [] : [[`${at}/on_exhaustion`, onExhaustion.origin]];
  return [
    ...end,
    [`${at}/name`, written(dataset.nameSpan)],
    ...members(at, dataset, (name) => datasetNames[name] ?? snake(name)),
  ];
}

function ofClassifier(at: string, { label, ...classifier }: ResolvedClassifier): readonly Entry[] {
  const trained: readonly Entry[] = classifier.annotations === null ? [] : [[`${at}/label`, label.origin]];
  return [[`${at}/name`, written(classifier.nameSpan)], ...members(at, classifier), ...trained];
}

function ofPhase(at: string, resolved: ResolvedPretrain, phase: PlanPhase): readonly Entry[] {
  const { onSpike } = resolved;
  return [
    [`${at}/asked_tokens`, resolved.tokens.origin],
    ...ofTraining(at, resolved),
    ...(onSpike === null ? [] : members(`${at}/on_spike`, onSpike, snake)),
    ...resolved.stages.flatMap((stage, i) => ofStage(`${at}/stages/${i}`, stage, phase.stages[i]!.mixture)),
  ];
}

function ofTraining(at: string, resolved: ResolvedPhase): readonly Entry[] {
  const { schedule, optimizer } = resolved;
  const decay: readonly Entry[] = [
    ...(schedule.decay === null ? [] : [[`${at}/schedule/decay_steps`, schedule.decay.origin] as const]),
    ...(schedule.decayFrom === null ? [] : [[`${at}/schedule/decay_start_step`, schedule.decayFrom.origin] as const]),
  ];
  return [
    [`${at}/from`, resolved.from.origin],
    [`${at}/precision`, resolved.precision.origin],
    [`${at}/recompute`, resolved.recompute.origin],
    [`${at}/clip_norm`, resolved.clipNorm.origin],
    ...members(`${at}/optimizer`, optimizer, snake),
    [`${at}/schedule/peak`, schedule.peak.origin],
    [`${at}/schedule/end`, schedule.end.origin],
    [`${at}/schedule/warmup_steps`, schedule.warmup.origin],
    [`${at}/schedule/shape`, schedule.shape.origin],
    ...decay,
    [`${at}/checkpoint/every_steps`, resolved.checkpointEvery.origin],
    [`${at}/checkpoint/keep`, resolved.checkpointKeep.origin],
  ];
}

/** Members of `tuning` under the names that the plan has for them. */
const tuningNames: readonly string[] = [
  'sequence',
  'batchSequences',
  'chat',
  'tooLong',
  'lossOn',
  'packing',
  'attention',
  'maxUntrained',
  'beta',
  'maxPrompt',
  'loss',
  'lengthNormalised',
  'reference',
];

function ofTuning(at: string, phase: ResolvedRecipe['tuning'][number]): readonly Entry[] {
  const own = Object.fromEntries(Object.entries(phase).filter(([name]) => tuningNames.includes(name)));
  const length = phase.length.value.unit === 'epochs' ? 'epochs' : 'steps';
  return [
    [`${at}/name`, written(phase.span)],
    [`${at}/${length}`, phase.length.origin],
    [`${at}/tuning/data`, written(phase.data.span)],
    ...ofTraining(at, phase),
    ...members(`${at}/tuning`, own, snake),
  ];
}

function ofStage(
  at: string,
  stage: ResolvedPretrain['stages'][number],
  mixture: PlanPhase['stages'][number]['mixture'],
): readonly Entry[] {
  // From the end: the first way to a dataset is the one that counts.
  const spans = new Map(stage.shares.toReversed().map((share) => [share.dataset, share.span]));
  return [
    [`${at}/name`, written(stage.nameSpan)],
    [`${at}/from_tokens`, stage.from.origin],
    [`${at}/to_tokens`, stage.to.origin],
    [`${at}/sequence`, stage.sequence.origin],
    [`${at}/batch_sequences`, stage.batch.origin],
    [`${at}/rope_theta`, stage.ropeTheta.origin],
    [`${at}/attention`, stage.attention.origin],
    ...(stage.ramp === null ? [] : [[`${at}/ramp_steps`, stage.ramp.origin] as const]),
    ...mixture.map(({ dataset }, i): Entry => {
      const span = spans.get(dataset);
      return [`${at}/mixture/${i}/share`, span === undefined ? stage.ramp!.origin : written(span)];
    }),
  ];
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
