/** The parts of the small recipes that `smol explain` shows, so that each page differs from the whole in one place. */

export const sampleHeader = 'recipe example\nlanguage = 1\ntokenizer = local("tokenizer.json")\n';
export const sampleWeb = 'dataset web { source = local("web/*.jsonl"), domain = web }\n';
export const sampleCode = 'dataset code { source = local("code/*.jsonl"), domain = code }\n';
export const sampleDatasets = sampleWeb + sampleCode;
export const sampleSchedule = 'schedule = wsd(peak = 1e-3, warmup = 10 steps, decay = 10%)';

/** A model block; `changes` are written after the attributes of the smallest model, of which it may replace some. */
export function sampleModel(changes: Readonly<Record<string, string>> = {}): string {
  const attributes = { layers: '2', hidden: '64', ffn: '192', heads: '4', vocab: '4096', context: '512', ...changes };
  return block(
    'model',
    Object.entries(attributes).map(([name, value]) => `${name} = ${value}`),
  );
}

/** A pretrain block with the given lines after its first attributes, of which `changes` may replace some. */
export function samplePretrain(lines: readonly string[], changes: Readonly<Record<string, string>> = {}): string {
  const attributes = { tokens: '1M', sequence: '128', batch: '1024 tokens', ...changes };
  const written = Object.entries(attributes).map(([name, value]) => `${name} = ${value}`);
  return block('pretrain', [...written, ...('schedule' in changes ? [] : [sampleSchedule]), ...lines]);
}

/** A whole recipe around a pretrain block. */
export function sampleRecipe(pretrain: string, model: string = sampleModel()): string {
  return [sampleHeader, sampleDatasets, model, pretrain].join('\n');
}

function block(head: string, lines: readonly string[]): string {
  return `${head} {\n${lines.map((line) => `  ${line.replaceAll('\n', '\n  ')}\n`).join('')}}\n`;
}
