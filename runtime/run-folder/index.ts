/**
 * The door to run folders, for commands that only look into them. Nothing here loads TensorFlow.js: it must work quickly, and
 * where that cannot be loaded.
 */
export { type FoundRun, findRun, type RunPlaces } from './find-run.ts';
export type { AskedEdit } from './plan-edits.ts';
export { type RunPosition, runPosition } from './run-position.ts';
