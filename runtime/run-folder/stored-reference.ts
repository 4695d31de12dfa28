import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { NamedArray } from '../model/types.ts';
import { RunError } from '../train/run-error.ts';
import { writeFileDurably } from './durable-file.ts';
import { usingRunFile } from './refused-file.ts';

/** The reference's log-likelihoods of a phase of preference learning, kept in the run's folder for when the run goes on. */
export interface StoredReference {
  /** Those of this data; null when there are none yet. Throws RunError for a file that is damaged, or of other weights or data. */
  read(dataHash: string, count: number): Float32Array | null;
  write(dataHash: string, values: Float32Array): Promise<void>;
}

/** What the values depend on besides the rows. */
export interface ReferenceIdentity {
  readonly phase: string;
  /** Of `hashParameters`. */
  readonly weights: string;
  readonly ropeTheta: number;
  readonly precision: string;
}

/**
 * `reference-PHASE.bin` of a run's folder: a line of JSON with what the values were computed from and their SHA-256, then the
 * values as little-endian float32.
 */
export function storedReference(folder: string, identity: ReferenceIdentity): StoredReference {
  const path = join(folder, `reference-${identity.phase}.bin`);
  const headerOf = (dataHash: string, bytes: Uint8Array) => {
    const { weights, ropeTheta: rope_theta, precision } = identity;
    return { format: 1, weights, data: dataHash, rope_theta, precision, bytes: bytes.length, sha256: sha256(bytes) };
  };
  return {
    read(dataHash, count) {
      if (!existsSync(path)) return null;
      const file = usingRunFile(path, 'read', () => readFileSync(path));
      const end = file.indexOf(0x0a);
      const bytes = new Uint8Array(file.subarray(end + 1));
      const written = file.toString('utf8', 0, Math.max(0, end));
      if (bytes.length !== 4 * count || written !== JSON.stringify(headerOf(dataHash, bytes))) {
        throw new RunError(
          `\`${basename(path)}\` of the run folder is damaged, or was computed from other weights or other rows`,
          { help: `remove \`${path}\`: the reference's log-likelihoods are then computed again` },
        );
      }
      return new Float32Array(bytes.buffer, bytes.byteOffset, count);
    },
    async write(dataHash, values) {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      const header = Buffer.from(`${JSON.stringify(headerOf(dataHash, bytes))}\n`);
      await writeFileDurably(path, Buffer.concat([header, bytes]));
    },
  };
}

/** SHA-256 (hex) of parameters: names, shapes and values, in their order. */
export function hashParameters(parameters: Iterable<NamedArray>): string {
  const hash = createHash('sha256');
  for (const { name, shape, values } of parameters) {
    hash.update(`${name} ${shape.join('x')}\n`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
