/** `manifest.json` of a checkpoint, written last: what must be there for the checkpoint to count. */
export interface CheckpointManifest {
  readonly format: 1;
  /** The last step whose update the state holds. */
  readonly step: number;
  /** Hash of the plan that was run. */
  readonly plan: string;
  readonly files: readonly CheckpointFile[];
}

export interface CheckpointFile {
  readonly name: CheckpointFileName;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export const checkpointFileNames = ['parameters.safetensors', 'optimizer.safetensors'] as const;
export type CheckpointFileName = (typeof checkpointFileNames)[number];

export const manifestName = 'manifest.json';
/** A manifest has a few hundred bytes; anything larger is not one. */
export const maxManifestBytes = 64 * 1024;

/** Parses a manifest. Throws an `Error` that says what is wrong with it. */
export function parseManifest(text: string): CheckpointManifest {
  const value = parseObject(text);
  if (value.format !== 1)
    throw new Error(`is of format ${JSON.stringify(value.format)}, and this version reads format 1`);
  const { step, plan, files } = value;
  if (typeof step !== 'number' || !Number.isSafeInteger(step) || step < 0) throw new Error('has no step');
  if (typeof plan !== 'string') throw new Error('does not name its plan');
  if (!Array.isArray(files) || files.length !== checkpointFileNames.length) throw new Error('does not list its files');
  return { format: 1, step, plan, files: checkpointFileNames.map((name, index) => parseFile(files[index], name)) };
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below, in the words of a person's question.
  }
  throw new Error('is not JSON');
}

function parseFile(value: unknown, name: CheckpointFileName): CheckpointFile {
  const file = (value ?? {}) as Record<string, unknown>;
  if (file.name !== name || typeof file.bytes !== 'number' || typeof file.sha256 !== 'string') {
    throw new Error(`does not list \`${name}\` with its size and hash`);
  }
  return { name, bytes: file.bytes, sha256: file.sha256 };
}
