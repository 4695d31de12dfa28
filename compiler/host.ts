/** The compiler's one door to files. The command line gives the real one, tests an in-memory one, a browser its own. */
export interface CompilerHost {
  /** Text of a file by path; null when there is none. Throws nothing. */
  readText(path: string): string | null;
}
