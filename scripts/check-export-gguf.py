"""Converts a folder that `smol export` wrote with llama.cpp's own converter, and reads the file back:

    PYTHON scripts/check-export-gguf.py LLAMA_CPP FOLDER OUT.gguf

LLAMA_CPP is a checkout, or any folder with its convert_hf_to_gguf.py and gguf-py. Weights stay in float32. The converter knows
tokenizers by a hash of what they do to a text; for another it has no name of llama.cpp's and stops. Where that is so, the name is
taken from the tokenizer's own splits here (`gpt-2`, or `smollm` where digits stand alone), and the result says `known: false`.
Prints one JSON line: the tensors' names with their sizes, the metadata that a model needs, and whether the tokenizer was known.
"""
import json
import os
import sys

llama_cpp, folder, output = sys.argv[1:4]
sys.path[:0] = [llama_cpp, os.path.join(llama_cpp, "gguf-py")]
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import convert_hf_to_gguf as converter  # noqa: E402
import gguf  # noqa: E402

known = True
recognise = converter.TextModel.get_vocab_base_pre


def recognise_or_name(self, tokenizer):
    global known
    try:
        return recognise(self, tokenizer)
    except NotImplementedError:
        known = False
        with open(os.path.join(folder, "tokenizer.json"), encoding="utf-8") as file:
            return "smollm" if '"Digits"' in file.read() else "gpt-2"


converter.TextModel.get_vocab_base_pre = recognise_or_name
sys.argv = ["convert_hf_to_gguf.py", folder, "--outfile", output, "--outtype", "f32"]
converter.main()

reader = gguf.GGUFReader(output)
keys = ["general.architecture", "tokenizer.ggml.model", "tokenizer.ggml.pre", "llama.block_count", "llama.context_length",
        "llama.embedding_length", "llama.feed_forward_length", "llama.attention.head_count", "llama.attention.head_count_kv",
        "llama.rope.freq_base", "llama.attention.layer_norm_rms_epsilon", "tokenizer.chat_template"]
metadata = {key: reader.fields[key].contents() for key in keys if key in reader.fields}
tensors = {tensor.name: [int(size) for size in tensor.shape] for tensor in reader.tensors}
print(json.dumps(dict(known=known, metadata=metadata, tensors=tensors)))
