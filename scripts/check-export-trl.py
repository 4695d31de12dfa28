"""Trains a folder that `smol export` wrote with TRL, one step of fine-tuning and one of preference learning, on rows made here:

    PYTHON scripts/check-export-trl.py FOLDER [STEPS]

Needs torch, transformers, trl and datasets (0.24 and 4.56 of the first two were used). Prints one JSON line: the losses, the share
of tokens that the chat template marks as answers, and whether weights moved. The first loss of DPO is ln 2 where policy and
reference are the same model.
"""
import json
import sys
import tempfile

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

folder = sys.argv[1]
steps = int(sys.argv[2]) if len(sys.argv) > 2 else 1
tokenizer = AutoTokenizer.from_pretrained(folder)
questions = [("What is 2 + 3?", "2 + 3 = 5.", "2 + 3 = 6."), ("Spell sun backward.", "nus", "sun")]
user = lambda text: [{"role": "user", "content": text}]
assistant = lambda text: [{"role": "assistant", "content": text}]
common = dict(max_steps=steps, per_device_train_batch_size=2, report_to="none", save_strategy="no", logging_steps=1, bf16=False,
              use_cpu=True, gradient_checkpointing=False, learning_rate=1e-4, disable_tqdm=True, seed=42)


def losses(trainer):
    before = {name: value.detach().clone() for name, value in trainer.model.named_parameters()}
    trainer.train()
    moved = any(not torch.equal(value, before[name]) for name, value in trainer.model.named_parameters())
    return dict(losses=[entry["loss"] for entry in trainer.state.log_history if "loss" in entry], moved=moved)


with tempfile.TemporaryDirectory() as output:
    rows = [dict(prompt=user(asked), completion=assistant(good)) for asked, good, _ in questions]
    sft = losses(SFTTrainer(folder, args=SFTConfig(output_dir=output, max_length=256, **common),
                            train_dataset=Dataset.from_list(rows), processing_class=tokenizer))
    pairs = [dict(prompt=user(asked), chosen=assistant(good), rejected=assistant(bad)) for asked, good, bad in questions]
    model = AutoModelForCausalLM.from_pretrained(folder)
    dpo = losses(DPOTrainer(model, args=DPOConfig(output_dir=output, max_length=256, max_prompt_length=128, **common),
                            train_dataset=Dataset.from_list(pairs), processing_class=tokenizer))
print(json.dumps(dict(sft=sft, dpo=dpo, parameters=sum(value.numel() for value in model.parameters()))))
