import type { Plan } from '../../compiler/plan/index.ts';
import { createStreamingDecoder } from '../data/tokenizer/streaming-decoder.ts';
import type { TextTokenizer } from '../data/tokenizer/text-tokenizer.ts';
import type { PreparedDataset } from '../data/types.ts';
import { generate } from '../model/generation/generate.ts';
import type { Decoder } from './program.ts';
import type { TextSample } from './run-report.ts';

/** A sample shows the manner of a domain, not a story: a line of prompt and a few lines of text. */
const promptTokens = 12;
const sampleTokens = 60;
const sampling = { temperature: 0.8, topP: 0.95 };

/**
 * One short text for each domain: the beginning of a held-out document, continued by the model. The plan's seed decides
 * every draw, so equal weights write equal text.
 */
export async function writeSamples(
  plan: Plan,
  prepared: readonly PreparedDataset[],
  tokenizer: TextTokenizer,
  decoder: Decoder,
): Promise<TextSample[]> {
  const samples: TextSample[] = [];
  for (const { name, heldOut } of oneOfEachDomain(plan, prepared)) {
    const prompt = beginning(heldOut, Math.min(promptTokens, decoder.capacity - 1));
    const options = {
      ...sampling,
      maxTokens: sampleTokens,
      seed: plan.seed,
      endTokens: new Set([tokenizer.endOfText]),
    };
    const written = createStreamingDecoder(tokenizer);
    let text = '';
    for await (const token of generate(decoder, prompt, options)) text += await written.push(token);
    samples.push({ dataset: name, prompt: await tokenizer.decode(prompt), text: text + (await written.finish()) });
  }
  return samples;
}

/** A dataset without a domain stands for itself. */
function oneOfEachDomain(plan: Plan, prepared: readonly PreparedDataset[]): readonly PreparedDataset[] {
  const seen = new Set<string>();
  return prepared.filter(({ id, name, heldOut }) => {
    const domain = plan.datasets.find((dataset) => dataset.id === id)?.domain ?? `dataset ${name}`;
    if (heldOut.tokenCount === 0 || seen.has(domain)) return false;
    seen.add(domain);
    return true;
  });
}

function beginning(heldOut: PreparedDataset['heldOut'], tokens: number): number[] {
  const { from, to } = heldOut.documentAt(0);
  return [...heldOut.read(from, Math.min(tokens, to - from))];
}
