"""transformers' side of bench/generate: LlamaForCausalLM.generate with its key-value cache, at its best on this machine.

usage: transformers_peer.py CONFIG_JSON greedy|sampled
Scaled-dot-product attention, float32, inference mode. Prints READY when warm; then writes one text for each line of standard
input and prints {"prompt_ms": …, "tokens_per_second": …, "rss_mb": …}: the time to the first token, and the speed of those
after it.
"""

import json
import resource
import sys
import time

import torch
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.generation.streamers import BaseStreamer

config = json.loads(sys.argv[1])
torch.set_num_threads(config["threads"])
torch.manual_seed(0)
model = LlamaForCausalLM(
    LlamaConfig(
        num_hidden_layers=config["layers"],
        hidden_size=config["hidden"],
        intermediate_size=config["ffn"],
        num_attention_heads=config["heads"],
        num_key_value_heads=config["kv_heads"],
        vocab_size=config["vocab"],
        max_position_embeddings=config["context"],
        tie_word_embeddings=True,
        attn_implementation="sdpa",
    )
).eval()
prompt = torch.tensor([[(place * 7919 + 13) % config["vocab"] for place in range(config["prompt"])]])
sampling = (
    {"do_sample": False}
    if sys.argv[2] == "greedy"
    else {"do_sample": True, "temperature": 0.8, "top_p": 0.95, "top_k": 0}
)


class FirstToken(BaseStreamer):
    """Notes when the first new token is there; the prompt comes before it."""

    def __init__(self):
        self.calls = 0
        self.at = 0.0

    def put(self, value):
        self.calls += 1
        if self.calls == 2:
            self.at = time.perf_counter()

    def end(self):
        pass


def write():
    first = FirstToken()
    start = time.perf_counter()
    with torch.inference_mode():
        model.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            max_new_tokens=config["tokens"],
            min_new_tokens=config["tokens"],
            pad_token_id=0,
            streamer=first,
            **sampling,
        )
    seconds = time.perf_counter() - first.at
    return {
        "prompt_ms": (first.at - start) * 1000,
        "tokens_per_second": (config["tokens"] - 1) / seconds,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


write()
print("READY", flush=True)
for _ in sys.stdin:
    print(json.dumps(write()), flush=True)
