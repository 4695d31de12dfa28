import type { PlanPhase } from '../../compiler/plan/index.ts';
import { readFreeMemory } from '../engine/free-memory.ts';
import type { StepShape } from '../model/types.ts';
import { requireFreeMemory } from './memory-runs-out.ts';
import type { PreferenceObjective } from './preference-loss.ts';
import type { TrainingProgram } from './program.ts';
import type { RunEngine } from './run-engine.ts';
import type { RunOptions } from './run-options.ts';
import type { RunPhase } from './run-phases.ts';
import { sameShape, shapeAt } from './step-position.ts';

type ProgramsOptions = Pick<RunOptions, 'plan' | 'observe' | 'readMemory'>;

/** The programs of a run's phases, one at a time: a phase's is made when it is asked for, after the one before is gone. */
export class PhasePrograms {
  readonly #options: ProgramsOptions;
  readonly #engine: RunEngine;
  readonly #memoryBytes: number;
  #current: { readonly index: number; readonly program: TrainingProgram } | null = null;

  /** `memoryBytes` is what the run was started with: programs are laid out for it, also when it goes on elsewhere. */
  constructor(options: ProgramsOptions, engine: RunEngine, memoryBytes: number) {
    this.#options = options;
    this.#engine = engine;
    this.#memoryBytes = memoryBytes;
  }

  /**
   * The program of a phase; its weights are to be written or drawn before it is used, its optimizer is at its start. Throws
   * `RunError` when it needs more memory than is free.
   */
  async of({ index, phase }: RunPhase): Promise<TrainingProgram> {
    if (this.#current?.index === index) return this.#current.program;
    this.dispose();
    const { plan, observe, readMemory } = this.#options;
    const start = performance.now();
    const program = await this.#engine.createProgram({
      model: plan.model,
      optimizer: phase.optimizer,
      precision: phase.precision,
      recompute: phase.recompute,
      memoryBytes: this.#memoryBytes,
      clipNorm: phase.clip_norm,
      shapes: shapesOf(phase),
      seed: null,
      preference: preferenceOf(phase),
    });
    this.#current = { index, program };
    const seconds = (performance.now() - start) / 1000;
    observe({ kind: 'engine', phase: phase.name, engine: program.engine, compiled: program.compiled, seconds });
    if (program.memoryLayout) observe({ kind: 'note', message: program.memoryLayout });
    if (program.memoryEstimate) requireFreeMemory(program.memoryEstimate, readMemory ?? readFreeMemory);
    return program;
  }

  dispose(): void {
    this.#current?.program.dispose();
    this.#current = null;
  }
}

function preferenceOf({ kind, tuning }: PlanPhase): PreferenceObjective | undefined {
  if (kind !== 'dpo' || tuning === null) return undefined;
  const { beta, loss, length_normalised, reference } = tuning;
  return { beta: beta!, loss: loss!, lengthNormalised: length_normalised!, live: reference === 'live' };
}

function shapesOf(phase: PlanPhase): StepShape[] {
  const shapes: StepShape[] = [];
  for (const { first_step } of phase.segments) {
    const shape = shapeAt(phase, first_step);
    if (!shapes.some((known) => sameShape(known, shape))) shapes.push(shape);
  }
  return shapes;
}
