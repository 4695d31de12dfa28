/** The door to single steps of a plan. */
export { type InspectOptions, inspectStep, NoSuchStep } from './inspect-step.ts';
export { renderStepText } from './step-text.ts';
export type * from './types.ts';
