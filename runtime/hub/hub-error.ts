/**
 * What the hub refuses or does not have, for a person: the repository, why, and what to do. No message holds a token.
 * Message and help are in lower case and without a full stop.
 */
export class HubError extends Error {
  readonly help: string;
  /** The input is wrong, or the environment lacks something (network, permission). */
  readonly exitCode: 1 | 3;

  constructor(message: string, help: string, exitCode: 1 | 3 = 3) {
    super(message);
    this.name = 'HubError';
    this.help = help;
    this.exitCode = exitCode;
  }
}
