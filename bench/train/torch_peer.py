"""PyTorch's side of bench/train: the same Llama-family step, at its best on this machine.

usage: torch_peer.py CONFIG_JSON eager|compile
Scaled-dot-product attention, fused AdamW, global-norm clipping; float32, or float32 weights with autocast to bfloat16. Prints READY when warm; then takes one step for each
line of standard input and prints {"ms": …, "rss_mb": …}.
"""

import json
import resource
import sys
import time

import torch
import torch.nn.functional as F

config = json.loads(sys.argv[1])
layers, hidden, ffn, heads, kv_heads, vocab = (
    config[name] for name in ("layers", "hidden", "ffn", "heads", "kv_heads", "vocab")
)
batch, length, head_size = config["sequences"], config["sequence"], hidden // heads
torch.manual_seed(0)
torch.set_num_threads(config["threads"])
device = "cuda" if config["device"] == "gpu" else "cpu"
torch.set_default_device(device)


def matrix(*shape):
    return torch.nn.Parameter(torch.randn(*shape) * 0.02)


def norm_weight():
    return torch.nn.Parameter(torch.ones(hidden))


embedding, final_norm = matrix(vocab, hidden), norm_weight()
blocks = [
    {
        "attention_norm": norm_weight(),
        "query": matrix(hidden, hidden),
        "key": matrix(kv_heads * head_size, hidden),
        "value": matrix(kv_heads * head_size, hidden),
        "output": matrix(hidden, hidden),
        "feed_forward_norm": norm_weight(),
        "gate": matrix(ffn, hidden),
        "up": matrix(ffn, hidden),
        "down": matrix(hidden, ffn),
    }
    for _ in range(layers)
]
parameters = [embedding, final_norm, *(weight for block in blocks for weight in block.values())]
angles = torch.arange(length).float()[:, None] * 10000 ** (-torch.arange(0, head_size, 2).float() / head_size)
cosine, sine = torch.cat([angles, angles], -1).cos(), torch.cat([angles, angles], -1).sin()


def rotate(x):
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat([-second, first], -1) * sine


def by_head(x, weight, count):
    return F.linear(x, weight).view(batch, length, count, head_size).transpose(1, 2)


def loss_of(tokens, labels):
    x = F.embedding(tokens, embedding)
    for block in blocks:
        normed = F.rms_norm(x, (hidden,), block["attention_norm"], 1e-5)
        mixed = F.scaled_dot_product_attention(
            rotate(by_head(normed, block["query"], heads)),
            rotate(by_head(normed, block["key"], kv_heads)),
            by_head(normed, block["value"], kv_heads),
            is_causal=True,
            enable_gqa=True,
        )
        x = x + F.linear(mixed.transpose(1, 2).reshape(batch, length, hidden), block["output"])
        normed = F.rms_norm(x, (hidden,), block["feed_forward_norm"], 1e-5)
        x = x + F.linear(F.silu(F.linear(normed, block["gate"])) * F.linear(normed, block["up"]), block["down"])
    logits = F.linear(F.rms_norm(x, (hidden,), final_norm, 1e-5), embedding)
    return F.cross_entropy(logits.view(-1, vocab), labels.view(-1))


optimizer = torch.optim.AdamW(parameters, lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1, fused=True)
forward = torch.compile(loss_of) if sys.argv[2] == "compile" else loss_of


def step():
    tokens = torch.randint(0, vocab, (batch, length))
    start = time.perf_counter()
    with torch.autocast(device, torch.bfloat16, enabled=config["precision"] == "bf16"):
        loss = forward(tokens, torch.roll(tokens, -1, 1))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    loss.item()
    return (time.perf_counter() - start) * 1e3


for _ in range(3):
    step()
print("READY", flush=True)
for _ in sys.stdin:
    milliseconds = step()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"ms": milliseconds, "rss_mb": peak}), flush=True)
