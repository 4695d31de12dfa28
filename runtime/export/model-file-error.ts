/**
 * A model's files that cannot be used, or cannot be written, for a person: the file and the value, and what to do.
 * Message and help are in lower case and without a full stop.
 */
export class ModelFileError extends Error {
  readonly help: string;

  constructor(message: string, help: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'ModelFileError';
    this.help = help;
  }
}
