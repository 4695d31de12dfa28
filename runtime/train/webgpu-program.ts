import type { Batch } from '../data/types.ts';
import type { WebgpuEngine } from '../engine/webgpu.ts';
import type { StepShape } from '../model/types.ts';
import { EagerProgram } from './eager-program.ts';
import type { ProgramOptions } from './program-options.ts';

/** The eager program on WebGPU, whose results count only while the device has reported no error. */
export class WebgpuProgram extends EagerProgram {
  readonly #requireHealthy: () => void;

  constructor(options: ProgramOptions, { device, requireHealthy }: WebgpuEngine) {
    super(options, `WebGPU (${device})`);
    this.#requireHealthy = requireHealthy;
  }

  override async step(shape: StepShape, batch: Batch, learningRate: number, step: number) {
    const result = await super.step(shape, batch, learningRate, step);
    this.#requireHealthy();
    return result;
  }

  override async evaluate(shape: StepShape, batch: Batch) {
    const result = await super.evaluate(shape, batch);
    this.#requireHealthy();
    return result;
  }

  override async readState(mostBytes?: number) {
    const state = await super.readState(mostBytes);
    this.#requireHealthy();
    return state;
  }

  override async readParameters(mostBytes?: number) {
    const parameters = await super.readParameters(mostBytes);
    this.#requireHealthy();
    return parameters;
  }
}
