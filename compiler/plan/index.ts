export { type ShippedTask, shippedTasks } from '../normalize/known-tasks.ts';
export { isTaskFile, taskName } from '../normalize/task-file.ts';
export { chatmlTemplate } from './chatml-template.ts';
export { conditionTerms, termOperands } from './condition-parts.ts';
export { numberOfExact } from './exact.ts';
export { PlanError } from './plan-error.ts';
export { planHash as hashPlan } from './plan-hash.ts';
export { printPlan } from './print-plan.ts';
export { readPlan } from './read-plan.ts';
export { compilePattern, type RowPattern } from './row-pattern.ts';
export { armCursors } from './sampler/arm-cursors.ts';
export { phaseCursors } from './sampler/phase-cursors.ts';
export {
  createRunSampler,
  type Pick,
  type RunSampler,
  type RunSamplerOptions,
  type SampledPhase,
} from './sampler/run-sampler.ts';
export { createWindowOrder, type WindowPlace, type WindowRequest, windowOf } from './sampler/window-order.ts';
export { learningRate } from './schedule.ts';
export { sourceDatasets } from './source-datasets.ts';
export { stepText } from './step-text.ts';
export type * from './types.ts';
export { validatePlan } from './validate-plan.ts';
