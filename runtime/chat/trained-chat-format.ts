import type { Plan } from '../../compiler/plan/index.ts';
import { runPhases } from '../train/run-phases.ts';
import type { ChatFormat } from './chat-format.ts';
import { type ChatFiles, planChatFormat } from './plan-chat-format.ts';

/**
 * The chat template of the last phase of post-training that the weights after a step of the run went through; null before any.
 * `files` are those of the run's tokenizer, read where they are needed. Throws DataError.
 */
export function trainedChatFormat(plan: Plan, step: number, files: () => ChatFiles): ChatFormat | null {
  const begun = runPhases(plan).filter(({ phase, before }) => phase.tuning !== null && before < step);
  const chat = begun.at(-1)?.phase.tuning?.chat;
  return chat === undefined ? null : planChatFormat(chat, files());
}
