/** A target that cannot be written, with what to do about it. */
export class EmitError extends Error {
  readonly help: string;

  constructor(message: string, help: string) {
    super(message);
    this.name = 'EmitError';
    this.help = help;
  }
}
