import type { Plan } from '../../compiler/plan/index.ts';
import { createStreamingDecoder } from '../data/tokenizer/streaming-decoder.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import { generate } from '../model/generation/generate.ts';
import type { Decoder } from './program.ts';
import type { TextSample } from './run-report.ts';

const answerTokens = 60;
const sampling = { temperature: 0.8, topP: 0.95 };

/**
 * One short answer for each dataset: a conversation up to where the assistant's turn begins, answered by the model up to the
 * mark that ends a turn. The plan's seed decides every draw. A prompt that leaves the model no room is passed over.
 */
export async function writeAnswers(
  plan: Plan,
  prompts: readonly { readonly dataset: string; readonly prompt: string }[],
  tokenizer: TextTokenizer,
  decoder: Decoder,
): Promise<TextSample[]> {
  const samples: TextSample[] = [];
  for (const { dataset, prompt } of prompts) {
    const [tokens] = await tokenizer.encodeBatch([prompt]);
    const room = decoder.capacity - tokens!.length;
    if (room < 1 || tokens!.length === 0) continue;
    const maxTokens = Math.min(answerTokens, room);
    const endTokens = new Set([...tokenizer.specialTokens, tokenizer.endOfText]);
    const written = createStreamingDecoder(tokenizer);
    let text = '';
    decoder.reset();
    for await (const token of generate(decoder, [...tokens!], { ...sampling, maxTokens, seed: plan.seed, endTokens })) {
      text += await written.push(token);
    }
    samples.push({ dataset, prompt, text: text + (await written.finish()) });
  }
  return samples;
}
