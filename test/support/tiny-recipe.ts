import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textFolder } from './text-folder.ts';

/** The recipe of `tinyRecipeFolder`: two stages, three datasets, 60 steps of 32 tokens, a model of 67,888 parameters. */
export const tinyRecipe = `recipe sparrow
language = 1
seed = 7
tokenizer = local("tokenizer.json")

dataset speeches { source = local("speeches.jsonl"), domain = speech, holdout = 2 rows }
dataset novel { source = local("novel.jsonl"), domain = novel, holdout = 2 rows }
dataset code { source = local("code.jsonl"), domain = code, holdout = 2 rows }

model {
  family = llama
  layers = 1
  hidden = 16
  ffn = 32
  heads = 2
  kv_heads = 1
  vocab = 4096
  context = 16
  rope_theta = 10_000
  norm_eps = 1e-5
  tie_embeddings = true
  init_std = 0.02
}

pretrain {
  tokens = 1920
  sequence = 8
  batch = 32 tokens
  precision = float32
  optimizer = adamw(beta1 = 0.9, beta2 = 0.95, eps = 1e-8, weight_decay = 0.1)
  clip_norm = 1.0
  schedule = wsd(peak = 3e-3, warmup = 5 steps, decay = 20%, shape = linear)
  checkpoint = every(10 steps, keep = 2)

  stage early 0..960 {
    50% speeches
    25% novel
    25% code
  }
  stage late 960..1920 {
    sequence = 16
    rope_theta = 40_000
    25% speeches
    25% novel
    50% code
  }
}

profile tiny {
  pretrain { scaled_to = 640 tokens }
}
`;

/** A folder with `sparrow.smol` and its data; `change` edits the recipe's text. */
export function tinyRecipeFolder(change: (recipe: string) => string = (recipe) => recipe): string {
  const folder = textFolder();
  writeFileSync(join(folder, 'sparrow.smol'), change(tinyRecipe));
  return folder;
}
