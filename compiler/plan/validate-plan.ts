import Fraction from 'fraction.js';
import { parameterCount } from './model-size.ts';
import { PlanError } from './plan-error.ts';
import { planHash } from './plan-hash.ts';
import matchesSchema, { type SchemaError } from './plan-validator.generated.js';
import type { Plan, PlanModel, PlanPhase, PlanSegment, PlanTuning } from './types.ts';
import { validateDatasets } from './validate-datasets.ts';

const recompile = 'compile it again from its recipe: `smol compile RECIPE --target plan -o FOLDER`';

/**
 * Accepts a document as a plan: it follows the JSON Schema, its model can be built and read its sequences, its steps are
 * without gap, its shares add up, the datasets it names are there and its hash is that of its content. Throws PlanError with the place of the first fault.
 */
export function validatePlan(document: unknown): Plan {
  if (!matchesSchema(document)) throw schemaFault(document, matchesSchema.errors ?? []);
  const plan: Plan = document;
  // A recipe's name as the grammar has it: it becomes the name of the run's folder, which must not lead out of `runs`.
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(plan.recipe)) fault('/recipe', 'the recipe has no name that a recipe can have');
  checkModel(plan.model);
  validateDatasets(plan, fault);
  for (const [at, phase] of plan.phases.entries()) checkPhase(plan, phase, `/phases/${at}`);
  for (const [at, { arms }] of plan.ablations.entries()) {
    for (const [i, { phase }] of arms.entries()) checkPhase(plan, phase, `/ablations/${at}/arms/${i}/phase`);
  }
  const hash = planHash(plan);
  if (hash !== plan.hash) {
    fault('/hash', `the plan's hash is ${plan.hash.slice(0, 8)}, but its content has ${hash.slice(0, 8)}`);
  }
  return plan;
}

function fault(pointer: string, message: string): never {
  throw new PlanError(`${message} (at ${pointer === '' ? 'the top' : `\`${pointer}\``})`, { pointer, help: recompile });
}

/** The deepest complaint is the one about the thing itself; those above it only say that a part does not fit. */
function schemaFault(document: unknown, errors: readonly SchemaError[]): PlanError {
  const version = (document as { plan_version?: unknown } | null)?.plan_version;
  if (typeof version === 'number' && version !== 1) {
    const message = `the plan has version ${version}, this program reads version 1 (at \`/plan_version\`)`;
    return new PlanError(message, { pointer: '/plan_version', help: recompile });
  }
  const depth = (error: SchemaError) => error.instancePath.split('/').length;
  const deepest = errors.reduce((best, error) => (depth(error) > depth(best) ? error : best), errors[0]!);
  const { keyword, params, instancePath } = deepest;
  const detail: Record<string, string | undefined> = {
    required: `\`${params.missingProperty}\` is missing`,
    additionalProperties: `\`${params.additionalProperty}\` is not known`,
    enum: `the value must be one of ${JSON.stringify(params.allowedValues)}`,
    const: `the value must be ${JSON.stringify(params.allowedValue)}`,
  };
  const message = `${detail[keyword] ?? `the value ${deepest.message ?? 'is wrong'}`} (at ${instancePath === '' ? 'the top' : `\`${instancePath}\``})`;
  return new PlanError(`this is not a plan: ${message}`, { pointer: instancePath, help: recompile });
}

/** What the compiler derives from a recipe's model (SM4001, SM4002, SM4003): an engine builds its weights from these. */
function checkModel(model: PlanModel): void {
  const { hidden, heads, kv_heads, head_size } = model;
  if (hidden % heads !== 0) fault('/model/heads', `${heads} heads do not divide \`hidden\`, ${hidden}`);
  if (heads % kv_heads !== 0) fault('/model/kv_heads', `${kv_heads} key heads do not divide ${heads} heads`);
  const size = hidden / heads;
  if (head_size !== size)
    fault('/model/head_size', `a head has ${size} channels (${hidden} / ${heads}), not ${head_size}`);
  if (head_size % 2 !== 0) fault('/model/head_size', `a head has ${head_size} channels, an odd number`);
  const count = parameterCount(model);
  if (count !== BigInt(model.parameters)) {
    fault('/model/parameters', `the model has ${count} parameters, not ${model.parameters}`);
  }
}

function checkPhase(plan: Plan, phase: PlanPhase, pointer: string): void {
  checkKind(plan, phase, pointer);
  if (phase.tuning !== null) checkTuning(plan, phase.tuning, pointer);
  else checkStages(plan, phase, pointer);
  const { stages, segments, tuning } = phase;
  checkSequences(stages, plan.model, (at) => `${pointer}/stages/${at}/sequence`);
  checkSequences(segments, plan.model, (at) => `${pointer}/segments/${at}/sequence`);
  if (tuning !== null) checkSequences([tuning], plan.model, () => `${pointer}/tuning/sequence`);
}

function checkSequences(
  parts: readonly { readonly sequence: number }[],
  { context }: PlanModel,
  pointerOf: (at: number) => string,
): void {
  const at = parts.findIndex(({ sequence }) => sequence > context);
  if (at === -1) return;
  fault(pointerOf(at), `the sequence, ${parts[at]!.sequence}, is longer than the model's context, ${context}`);
}

function checkStages(plan: Plan, phase: PlanPhase, pointer: string): void {
  checkSteps(phase.stages, phase.steps, `${pointer}/stages`);
  checkSteps(phase.segments, phase.steps, `${pointer}/segments`);
  const names = new Set(plan.datasets.map(({ name }) => name));
  for (const [at, stage] of phase.stages.entries()) {
    const missing = stage.mixture.findIndex(({ dataset }) => !names.has(dataset));
    if (missing !== -1) {
      const name = stage.mixture[missing]!.dataset;
      fault(`${pointer}/stages/${at}/mixture/${missing}/dataset`, `the dataset \`${name}\` is not in the plan`);
    }
  }
  const ids = new Set(plan.datasets.map(({ id }) => id));
  for (const [at, segment] of phase.segments.entries()) checkShares(segment, ids, `${pointer}/segments/${at}/shares`);
}

function checkKind(plan: Plan, phase: PlanPhase, pointer: string): void {
  const counted = phase.tokens !== null && phase.asked_tokens !== null;
  if (phase.kind === 'pretrain' && (phase.tuning !== null || !counted)) {
    fault(pointer, 'a phase of pretraining counts in tokens and has no `tuning`');
  }
  if (phase.kind !== 'pretrain' && (phase.tuning === null || phase.stages.length + phase.segments.length > 0)) {
    fault(pointer, 'a phase of post-training has `tuning`, and neither stages nor segments');
  }
  const { from } = phase;
  if (from.kind === 'phase' && !plan.phases.some(({ name }) => name === from.phase)) {
    fault(`${pointer}/from/phase`, `the phase \`${from.phase}\` is not in the plan`);
  }
}

function checkTuning(plan: Plan, tuning: PlanTuning, pointer: string): void {
  const ids = new Map(plan.datasets.map(({ name, id }) => [name, id]));
  for (const [at, { dataset, dataset_id }] of tuning.data.entries()) {
    if (ids.get(dataset) !== dataset_id) {
      fault(`${pointer}/tuning/data/${at}`, `the dataset \`${dataset}\` with this id is not in the plan`);
    }
  }
}

function checkSteps(
  ranges: readonly { first_step: number; last_step: number }[],
  steps: number,
  pointer: string,
): void {
  let next = 1;
  for (const [at, { first_step, last_step }] of ranges.entries()) {
    if (first_step !== next) fault(`${pointer}/${at}/first_step`, `step ${next} is expected, but it is ${first_step}`);
    if (last_step < first_step) fault(`${pointer}/${at}/last_step`, `step ${last_step} is before step ${first_step}`);
    next = last_step + 1;
  }
  if (next !== steps + 1) fault(pointer, `the last step is ${next - 1}, but the phase has ${steps}`);
}

function checkShares(segment: PlanSegment, ids: ReadonlySet<string>, pointer: string): void {
  let sum = new Fraction(0);
  let previous = '';
  for (const [at, { dataset_id, share }] of segment.shares.entries()) {
    if (!ids.has(dataset_id)) fault(`${pointer}/${at}/dataset_id`, `no dataset has the id ${dataset_id.slice(0, 8)}`);
    if (dataset_id <= previous) fault(`${pointer}/${at}/dataset_id`, 'the shares are not in the order of ids');
    if (/\/0+$/.test(share)) fault(`${pointer}/${at}/share`, `\`${share}\` is no share`);
    sum = sum.add(new Fraction(share));
    previous = dataset_id;
  }
  if (!sum.equals(1)) fault(pointer, `the shares add up to ${sum.toFraction()}, not 1`);
}
