"""Loads a folder that `smol export` wrote with transformers, and compares what the two compute.

    python3 scripts/check-export.py FOLDER EXPECTED.json

EXPECTED.json: {"tokens": [...], "logits": [... tokens x vocab, row-major], "text": "...", "text_tokens": [...], "continuation": [...]}:
smol's logits of `tokens`, its tokens of `text`, and the tokens that it chooses greedily after `tokens`.
Prints a JSON document: the largest difference of a logit, and what transformers has for the other two.
"""

import json
import os
import sys

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

folder, expected_path = sys.argv[1:3]
with open(expected_path) as file:
    expected = json.load(file)
model, loading = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
model.eval()
tokens = torch.tensor([expected["tokens"]])
with torch.no_grad():
    logits = model(tokens).logits[0]
    # No end token: smol's continuation is of a fixed length too.
    chosen = model.generate(
        tokens,
        attention_mask=torch.ones_like(tokens),
        max_new_tokens=len(expected["continuation"]),
        do_sample=False,
        eos_token_id=None,
    )
mine = torch.tensor(expected["logits"]).reshape(logits.shape)
tokenizer = AutoTokenizer.from_pretrained(folder)
# As its documentation has it: what the tokenizer gives goes to the model as it is.
model.generate(**tokenizer(expected["text"], return_tensors="pt"), max_new_tokens=1, do_sample=False)
print(
    json.dumps(
        {
            "transformers": transformers.__version__,
            "positions": len(expected["tokens"]),
            "largest_logit_difference": (logits - mine).abs().max().item(),
            "missing": sorted(loading["missing_keys"]),
            "unexpected": sorted(loading["unexpected_keys"]),
            "tied": model.lm_head.weight.data_ptr() == model.model.embed_tokens.weight.data_ptr(),
            "rope_theta": getattr(model.config, "rope_theta", None) or model.config.rope_parameters["rope_theta"],
            "continuation": chosen[0, tokens.shape[1] :].tolist(),
            "text_tokens": tokenizer(expected["text"], add_special_tokens=False)["input_ids"],
            "eos_token": tokenizer.eos_token,
            "has_chat_template": tokenizer.chat_template is not None,
        }
    )
)
