"""Trains examples/data/tokenizer.json: a byte-level BPE of 4,096 tokens on the example data.

    python3 -m venv venv && venv/bin/pip install tokenizers==0.23.3
    venv/bin/python scripts/data/train-tokenizer.py [--out FILE]

The result is the same bytes on every run (checked against SHA-256 below). The shape is the one of SmolLM2's tokenizer
(cosmo2): digits one by one, then the GPT-2 split, all 256 bytes in the vocabulary, nothing added before or after a text.
"""

import argparse
import hashlib
import json
import os
import pathlib

os.environ["TOKENIZERS_PARALLELISM"] = "false"

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers  # noqa: E402

VOCABULARY = 4096
# In the order of their ids, 0, 1, 2: the end of a document, and the chat markers.
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
FILES = ["speeches/addresses.jsonl", "novel/moby-dick.jsonl", "code/python-standard-library.jsonl"]
SHA256 = "5dd8c76eac4baf595a410fdbb1b8038f13f34da4325a01035105c6c5877c048d"


def texts(data: pathlib.Path):
    for name in FILES:
        for line in (data / name).read_bytes().split(b"\n"):
            if line:
                yield json.loads(line)["text"]


def train(data: pathlib.Path) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(data), trainer)
    return tokenizer


def main() -> None:
    data = pathlib.Path(__file__).resolve().parents[2] / "examples" / "data"
    parser = argparse.ArgumentParser(description="Trains examples/data/tokenizer.json")
    parser.add_argument("--out", type=pathlib.Path, default=data / "tokenizer.json")
    out = parser.parse_args().out
    tokenizer = train(data)
    assert tokenizer.get_vocab_size() == VOCABULARY, tokenizer.get_vocab_size()
    assert [tokenizer.token_to_id(token) for token in SPECIAL] == [0, 1, 2]
    out.write_bytes((tokenizer.to_str(pretty=True) + "\n").encode())
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    print(f"{out.name}: {VOCABULARY} tokens, {out.stat().st_size} bytes, {digest}")
    if digest != SHA256:
        raise SystemExit("the file differs from the recorded SHA-256: the data, the package or this script changed")


if __name__ == "__main__":
    main()
