/** The compiler's one door to files. The command line gives the real one, tests an in-memory one, a browser its own. */
export interface CompilerHost {
  /** Text of a file by path; null when there is none. Throws nothing. */
  readText(path: string): string | null;
  /**
   * Whether a path in a folder (`''` is the working folder) leads out of what may be read for it, by a link or by `..`. A host
   * without links has none of this.
   */
  leavesFolder?(path: string, folder: string): boolean;
  /** Paths may be written with `..`; `leavesFolder` says how far they may lead. */
  readonly mayClimb?: boolean;
}
