/** A failure of the engine that a person can do something about: a message and a help line, both in lower case. */
export class EngineError extends Error {
  readonly help: string;
  /** What the process ends with: the environment is missing something, or the person interrupted. */
  readonly exitCode: 3 | 130 = 3;

  constructor(message: string, help: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'EngineError';
    this.help = help;
  }
}

/** The compiled engine is not installed, or what is installed cannot be loaded. */
export class EngineMissingError extends EngineError {
  constructor(message: string, help: string, options: { cause?: unknown } = {}) {
    super(message, help, options);
    this.name = 'EngineMissingError';
  }
}

/** `smol engine install` could not finish. Nothing half-made is left behind. */
export class EngineInstallError extends EngineError {
  /** What was missing or failed. */
  readonly kind: InstallFailure;
  override readonly exitCode: 3 | 130;

  constructor(kind: InstallFailure, message: string, help: string, options: { cause?: unknown } = {}) {
    super(message, help, options);
    this.name = 'EngineInstallError';
    this.kind = kind;
    this.exitCode = kind === 'interrupted' ? 130 : 3;
  }
}

export type InstallFailure =
  | 'platform'
  | 'python'
  | 'compiler'
  | 'disk'
  | 'download'
  | 'hash'
  | 'unpack'
  | 'packages'
  | 'compile'
  | 'load'
  | 'interrupted';
