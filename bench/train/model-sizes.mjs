/** Shapes of the models that are measured. */
export const quickstart = { layers: 4, hidden: 128, ffn: 384, heads: 4, kv_heads: 2, vocab: 4096 };
export const size135 = { layers: 30, hidden: 576, ffn: 1536, heads: 9, kv_heads: 3, vocab: 49152 };
export const size360 = { layers: 32, hidden: 960, ffn: 2560, heads: 15, kv_heads: 5, vocab: 49152 };
export const size1700 = { layers: 24, hidden: 2048, ffn: 8192, heads: 32, kv_heads: 32, vocab: 49152 };
