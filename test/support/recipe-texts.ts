/** A recipe that uses every construct of the grammar at least once. */
export const FULL_RECIPE = `## All of the language
recipe full extends "base.smol"
language = 1

use { web, code } from "data.smol"
let warm = 2000 steps
allow SM6004 "known"

## English web
dataset fineweb_edu { source = hf("HuggingFaceFW/fineweb-edu"), size = 1.3T tokens }
dataset long {  # derived
  source = fineweb_edu
  keep where tokens >= 8192 and not (lang in ["en", "fr"] or text matches "^x")
  drop 90% where quality < -1
  drop where count(role == "user") by conversation > 3
  score math = classify("m")
  dedup minhash(bands = 14, hashes = 8)
  decontaminate ngram(n = 13, against = ["gsm8k"])
  sample 10%
  sample 30k rows
  chat = jinja("""
    {{ a }}
    """)
}
mixture english { 60% fineweb_edu, 40% dclm }
mixture weighted normalized {
  3 a
  1.5 b
}
pretrain {
  tokens = (11T - 75B) * 2 / 4 + 1
  price = 2.50 usd per gpu_hour
  ok = true
  at = [stable.end, pretrain.end]
  stage a 0..6T {
    90% english normalized { 3 x, 1 y }
    rest code
  }
  stage b ..8T { 100% a }
  stage c 8T.. { 100% a }
  stage d (11T - 75B)..11T tokens normalized { 1 a }
}
dataset chats {
  take 431k magpie
  take all everyday
  take 50% other
}
evaluate base {
  expect mmlu > 25% at a.end else warn
  expect loss <= 3.5 at 3T else stop
}
ablation math {
  from = pretrain at 3T
  arm owm { 100% open_web_math }
}
`;
