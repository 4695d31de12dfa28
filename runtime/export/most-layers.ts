import { ModelFileError } from './model-file-error.ts';

/** The most layers that a recipe's `model` may have, too: a file's number is listed layer by layer before its tensors are seen. */
const mostLayers = 1024;

/** Throws `ModelFileError` for a number of layers that no model has. `field` is what the file calls it. */
export function requireLayers(layers: number, field: string, owner: string): number {
  if (layers <= mostLayers) return layers;
  throw new ModelFileError(
    `\`${owner}\` has \`${field}\` ${layers.toLocaleString('en-US')}, and at most ${mostLayers.toLocaleString('en-US')} layers can be read`,
    'the file is damaged, or of another kind of model: download it again',
  );
}
