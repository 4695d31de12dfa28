import type { Plan, PlanChat } from '../../compiler/plan/index.ts';
import { chatFiles } from '../chat/chat-files.ts';
import { planChatFormat } from '../chat/plan-chat-format.ts';
import type { DataScope } from '../data/data-scope.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { RunPhase } from '../train/run-phases.ts';
import { type ChatEncoder, createChatEncoder } from './chat-encoder.ts';
import { prepareDpo } from './prepare-dpo.ts';
import { prepareSft } from './prepare-sft.ts';
import type { PreparedTuning } from './prepared-tuning.ts';

/**
 * The data of every phase of post-training, by the phase's place in the plan. `tokenizerFolder` is what the path of the plan's
 * tokenizer is relative to. Throws DataError.
 */
export async function prepareTunings(
  plan: Plan,
  phases: readonly RunPhase[],
  tokenizer: TextTokenizer,
  scope: DataScope,
  tokenizerFolder: string = scope.baseDirectory,
): Promise<ReadonlyMap<number, PreparedTuning>> {
  const prepared = new Map<number, PreparedTuning>();
  for (const phase of phases) {
    if (phase.phase.tuning === null) continue;
    const encoder = chatEncoderOf(plan, phase, tokenizer, tokenizerFolder);
    const prepare = phase.phase.kind === 'dpo' ? prepareDpo : prepareSft;
    prepared.set(phase.index, await prepare(plan, phase, encoder, { ...scope, tokenizer }));
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
  const files = chatFiles(plan.tokenizer, baseDirectory);
  const formatOf = (chat: PlanChat) => planChatFormat(chat, files);
  return createChatEncoder(formatOf(phase.tuning!.chat), tokenizer, formatOf);
}
