/** A file that a target consists of; `path` is relative to the output folder, `/`-separated. */
export interface EmittedFile {
  readonly path: string;
  readonly text: string;
}
