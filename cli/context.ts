export interface Terminal {
  readonly interactive: boolean;
  readonly columns: number;
  readonly color: boolean;
  /** How the program is called here, for commands that are proposed; `smol` unless it is given. */
  readonly program?: string;
}

/** Everything a command may touch of the process it runs in; tests give their own. */
export interface CommandContext {
  /** Writes to stdout: the command's result. */
  readonly out: (text: string) => void;
  /** Writes to stderr: messages and progress. */
  readonly err: (text: string) => void;
  readonly cwd: string;
  /** The real path of `--root`, below which recipes may read too; absent without it. */
  readonly root?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of stderr, where progress and messages go. */
  readonly terminal: Terminal;
  /** The same for stdout, where results go. */
  readonly outTerminal: Terminal;
  /** Aborted by the first Ctrl-C; a second one ends the process. */
  readonly interrupted: AbortSignal;
}

/** What the process ends with (architecture.md, "Command line"). */
export const ExitCode = {
  success: 0,
  inputWrong: 1,
  usage: 2,
  environmentMissing: 3,
  runStopped: 4,
  meaningChanged: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A failure for a person: a message, what to do, and the exit code. No stack trace is shown for it. */
export class CommandError extends Error {
  readonly help: string | null;
  readonly exitCode: ExitCode;

  constructor(message: string, options: { help?: string; exitCode?: ExitCode } = {}) {
    super(message);
    this.name = 'CommandError';
    this.help = options.help ?? null;
    this.exitCode = options.exitCode ?? ExitCode.inputWrong;
  }
}
