/**
 * Data that cannot be used, for a person: a message naming the dataset and the file, what to do, and single places.
 * Message, help and details are in lower case and without a full stop.
 */
export class DataError extends Error {
  readonly help: string;
  /** Further lines, one matter each: `data/web.jsonl:12: column \`text\` is null`. */
  readonly details: readonly string[];

  constructor(message: string, help: string, options: { details?: readonly string[]; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'DataError';
    this.help = help;
    this.details = options.details ?? [];
  }
}
