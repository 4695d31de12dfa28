import type { Plan } from '../../compiler/plan/index.ts';
import type { ArmStart } from '../ablation/arm-start.ts';
import type { ReadMemory } from '../engine/free-memory.ts';
import type { HubAccess } from '../hub/hub-access.ts';
import type { LockedData } from '../lock/locked-data.ts';
import type { AskedEdit } from '../run-folder/plan-edits.ts';
import type { RunObserver } from './run-event.ts';

/** Which engine a run may use: `auto` takes the compiled one where it is installed, else the
 * WebAssembly fallback; WebGPU is taken only by name. */
export type EngineChoice = 'auto' | 'compiled' | 'wasm' | 'webgpu';

/** A recipe's lock, and its name. */
export interface RunLock {
  readonly name: string;
  readonly locked: LockedData;
  /** Datasets that the lock does not have are read too: those of arms, which are beside the run that was locked. */
  readonly isPartial?: boolean;
}

/** What `runPlan` needs besides an engine. Folders are absolute. */
export interface RunOptions {
  readonly plan: Plan;
  /** The plan as canonical JSON: what `plan.json` will hold. */
  readonly planText: string;
  /** The folder that the plan's paths are relative to. */
  readonly recipeFolder: string;
  /** The folder to train into; null for the next free one of the recipe's name under `runsFolder`. */
  readonly runFolder: string | null;
  readonly runsFolder: string;
  readonly resume: boolean;
  /** What the recipe's lock holds of its data, and the lock's name; null without one. Data that does not match is refused. */
  readonly lock?: RunLock | null;
  /** With `resume`: the plan is not the run's any more, and this is how it may become so. Without it, it must be the run's. */
  readonly edit?: AskedEdit | null;
  /** With `resume`: steps to pass without training; they are recorded in the run. */
  readonly skipBatches?: readonly number[];
  /** Train this phase alone, from where the run stands at its start, and stop at its end; null for all. */
  readonly phase?: string | null;
  /** For an arm of an ablation: what its phase begins with, instead of what its `from` says. */
  readonly start?: ArmStart | null;
  /** Stop after this step; null for the phase's last. */
  readonly steps: number | null;
  /** The per-user cache (tokens). */
  readonly cacheFolder: string;
  /** The version of this program, for `run.json`. */
  readonly version: string;
  /** How the hub is reached; by the environment when it is not given. */
  readonly hub?: HubAccess;
  /** How free memory is read; as Linux says it when it is not given. */
  readonly readMemory?: ReadMemory;
  readonly observe: RunObserver;
  readonly interrupted: AbortSignal;
}
