import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { Plan } from '../../compiler/plan/index.ts';
import { type ChatFiles, planChatFormat } from '../chat/plan-chat-format.ts';
import type { ContentsScope } from '../data/rows/dataset-contents.ts';
import { localFiles } from '../data/sources/local-files.ts';
import { readLocalFile } from '../data/sources/read-local-file.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import { tokenizerConfiguration } from '../data/tokenizer/tokenizer-configuration.ts';
import type { RunPhase } from '../train/run-phases.ts';
import { type ChatEncoder, createChatEncoder } from './chat-encoder.ts';
import { prepareSft } from './prepare-sft.ts';
import type { PreparedTuning } from './prepared-tuning.ts';

/** The data of every phase of post-training, by the phase's place in the plan. Throws DataError. */
export async function prepareTunings(
  plan: Plan,
  phases: readonly RunPhase[],
  tokenizer: TextTokenizer,
  scope: ContentsScope,
): Promise<ReadonlyMap<number, PreparedTuning>> {
  const prepared = new Map<number, PreparedTuning>();
  for (const phase of phases) {
    if (phase.phase.tuning === null) continue;
    const encoder = chatEncoderOf(plan, phase, tokenizer, scope.baseDirectory);
    prepared.set(phase.index, await prepareSft(plan, phase, encoder, scope));
  }
  return prepared;
}

/** How a phase of post-training turns conversations into tokens. Throws DataError. */
export function chatEncoderOf(
  plan: Plan,
  { phase }: RunPhase,
  tokenizer: TextTokenizer,
  baseDirectory: string,
): ChatEncoder {
  return createChatEncoder(planChatFormat(phase.tuning!.chat, chatFiles(plan, baseDirectory)), tokenizer);
}

/** What stands beside a local tokenizer. */
function chatFiles({ tokenizer }: Plan, baseDirectory: string): ChatFiles {
  if (tokenizer.kind !== 'local') return { configuration: null, template: null };
  const [file] = localFiles(tokenizer.paths, baseDirectory, 'the tokenizer');
  const configuration = tokenizerConfiguration(file!, baseDirectory);
  const name = path.posix.join(path.posix.dirname(file!.name), 'chat_template.jinja');
  if (lstatSync(path.join(baseDirectory, name), { throwIfNoEntry: false }) === undefined) {
    return { configuration, template: null };
  }
  const [template] = localFiles([name], baseDirectory, 'the chat template');
  return { configuration, template: readLocalFile(template!, 'the chat template') };
}
