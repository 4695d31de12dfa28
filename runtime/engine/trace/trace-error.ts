/** Something in a traced function cannot be compiled. The message names the op. A fault of our own code, not of a person's file. */
export class TraceError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TraceError';
  }
}
