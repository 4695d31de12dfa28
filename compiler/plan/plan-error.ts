/** A plan document that cannot be used: what is wrong, where in it (a JSON pointer, `` for the whole), and what to do. */
export class PlanError extends Error {
  readonly pointer: string;
  readonly help: string;

  constructor(message: string, options: { pointer: string; help: string }) {
    super(message);
    this.name = 'PlanError';
    this.pointer = options.pointer;
    this.help = options.help;
  }
}
