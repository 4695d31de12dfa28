/** Exit codes a run may ask for: the input is wrong, the machine lacks something, the run stopped on its own account. */
export type RunExitCode = 1 | 3 | 4;

/** A failure of a run that a person can act on: what happened, what to do, and what the process ends with. */
export class RunError extends Error {
  readonly help: string | null;
  readonly exitCode: RunExitCode;

  constructor(message: string, options: { help?: string; exitCode?: RunExitCode } = {}) {
    super(message);
    this.name = 'RunError';
    this.help = options.help ?? null;
    this.exitCode = options.exitCode ?? 1;
  }
}
