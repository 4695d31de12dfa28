"""Makes the small data that the laptop profile of examples/smollm2-1.7b.smol reads, beside make-example-data.mjs: textbook
(Python's language reference), math (generated problems with their answers), chat and preference rows, and the evaluation
items. Users never need this.

    python3.11 -m venv venv && venv/bin/pip install reasoning-gym==0.1.25
    PYTHONHASHSEED=0 venv/bin/python scripts/data/make-laptop-data.py [--out DIR]

Needs CPython 3.11.7 and the files of make-example-data.mjs. The result is the same bytes on every run; every file is checked
against its SHA-256.
"""

import argparse
import ast
import hashlib
import json
import os
import pathlib
import platform
import random
import textwrap

import reasoning_gym

PYTHON = "3.11.7"
HASHES = pathlib.Path(__file__).with_name("laptop-data.sha256.json")
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"


def problems(kind, count, seed, **options):
    """(question, answer, worked answer or None) of a generator; its seed is the only source of chance."""
    for entry in reasoning_gym.create_dataset(kind, size=count, seed=seed, **options):
        question = entry["question"].replace(" Give the result as your final answer. Do not include units.", "").strip()
        yield question, str(entry["answer"]).strip(), entry["metadata"].get("answer_cot")


def mixed(kinds, count, seed, **options):
    """Problems of several generators in turn."""
    each = -(-count // len(kinds))
    columns = [list(problems(kind, each, seed + place, **options)) for place, kind in enumerate(kinds)]
    return [row for rows in zip(*columns) for row in rows][:count]


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}


def system(text):
    return {"role": "system", "content": text}


def chats(source, turns):
    return {"messages": turns, "source": source}


def dialogues(kinds, count, seed, turns=1, before=(), **options):
    rows = mixed(kinds, count * turns, seed, **options)
    for start in range(0, len(rows), turns):
        talk = [each for question, answer, _ in rows[start : start + turns] for each in (user(question), assistant(answer))]
        yield chats("reasoning-gym: " + ", ".join(kinds), [*before, *talk])


def worked(count, seed):
    for question, answer, steps in problems("gsm_symbolic", count, seed):
        yield chats("reasoning-gym: gsm_symbolic", [user(question), assistant(f"{steps.strip()}\nThe answer is {answer}.")])


def tool_calls(count, seed):
    tool = '{"name": "calculate", "description": "The value of an expression", "parameters": {"expression": "string"}}'
    for question, answer, _ in problems("basic_arithmetic", count, seed, min_terms=2, max_terms=3):
        expression = question.removeprefix("Calculate ").removesuffix(".")
        call = json.dumps({"name": "calculate", "arguments": {"expression": expression}})
        result = {"role": "tool", "content": answer}
        turns = [system(f"You can call this function: {tool}"), user(question), assistant(call), result]
        yield chats("reasoning-gym: basic_arithmetic", [*turns, assistant(f"The result is {answer}.")])


def first_sentences(data, count):
    """Three sentences of an address, and the first of them."""
    lines = (data / "web" / "older-addresses.jsonl").read_bytes().split(b"\n")
    for row in [json.loads(line) for line in lines if line][:: 418 // count][:count]:
        sentences = [sentence for sentence in row["text"].split(". ") if 40 < len(sentence) < 240][:3]
        if len(sentences) == 3:
            question = "What does this passage say first?\n\n" + ". ".join(sentences) + "."
            yield chats(row["title"], [user(question), assistant(f"{sentences[0]}.")])


def functions(data, count):
    """Short functions of the standard library that have a docstring."""
    lines = (data / "code" / "python-standard-library.jsonl").read_bytes().split(b"\n")
    found = []
    for row in [json.loads(line) for line in lines if line]:
        for node in ast.walk(ast.parse(row["text"])):
            text = ast.get_source_segment(row["text"], node, padded=True) if isinstance(node, ast.FunctionDef) else None
            summary = text and ast.get_docstring(node)
            if summary and len(text) <= 500 and len(summary) <= 160:
                question = f"Write the Python function `{node.name}`: {' '.join(summary.split())}"
                answer = f"```python\n{textwrap.dedent(text)}\n```"
                found.append(chats(row["title"], [user(question), assistant(answer)]))
    return found[:: len(found) // count][:count]


def preferences(count, seed):
    """A worked problem with its right answer, and with another number instead."""
    chance = random.Random(seed)
    for question, answer, steps in problems("gsm_symbolic", count, seed):
        wrong = answer
        while wrong == answer:
            wrong = str(int(float(answer)) + chance.choice([-10, -3, -2, -1, 1, 2, 3, 10]))
        chosen = f"{steps.strip()}\nThe answer is {answer}."
        yield {"prompt": question, "chosen": chosen, "rejected": f"The answer is {wrong}.", "source": "reasoning-gym: gsm_symbolic"}


def texts(kinds, count, seed, worked_out=False):
    """Pages of ten problems with their answers."""
    rows = mixed(kinds, count * 10, seed)
    for start in range(0, len(rows), 10):
        page = [
            f"Problem. {question}\nAnswer. {steps.strip() + ' So it is ' + answer if worked_out else answer}"
            for question, answer, steps in rows[start : start + 10]
        ]
        yield {"text": "\n\n".join(page), "title": "Problems: " + ", ".join(kinds)}


def textbook():
    from pydoc_data.topics import topics

    for name in sorted(topics):
        text = topics[name].strip()
        if len(text) > 600:
            yield {"text": text, "title": f"CPython {PYTHON}: language reference, {name}"}


def make(data):
    algebra = ["simple_equations", "gcd", "lcm", "prime_factorization", "fraction_simplification"]
    arithmetic = ["chain_sum", "decimal_arithmetic", "products", "number_sequence", "basic_arithmetic"]
    figures = ["simple_geometry", "leg_counting", "base_conversion", "count_bits", "calendar_arithmetic"]
    daily = ["calendar_arithmetic", "family_relationships"]
    chat = {
        "magpie-ultra": dialogues(["letter_counting", "spell_backward", "gcd", "leg_counting"], 160, 201, turns=3),
        "smol-rewrite": dialogues(["caesar_cipher", "word_sequence_reversal"], 60, 202),
        "smol-constraints": dialogues(["word_sorting", "number_filtering"], 60, 203),
        "smol-summarization": first_sentences(data, 80),
        "numina-math-cot": dialogues(algebra, 120, 205),
        "meta-math-qa": worked(120, 206),
        "self-oss-starcoder2": functions(data, 80),
        "apigen": tool_calls(80, 208),
        "system-chats": dialogues(["lcm", "gcd"], 60, 209, before=[system("Answer with a number and nothing else.")]),
        "long-align": dialogues(["needle_haystack"], 20, 210, min_num_statements=20, max_num_statements=40),
        "everyday-conversations": dialogues(daily, 60, 211, turns=2),
        "explore-instruct": dialogues(["number_format", "base_conversion"], 60, 212),
        "openhermes": dialogues(["syllogism", "propositional_logic", "knights_knaves"], 90, 213),
    }
    files = {
        "textbooks/python-reference.jsonl": textbook(),
        "math/algebra.jsonl": texts(algebra, 300, 101),
        "math/arithmetic.jsonl": texts(arithmetic, 300, 102),
        "math/figures.jsonl": texts(figures, 200, 103),
        "math/worked-problems.jsonl": texts(["gsm_symbolic"], 100, 104, worked_out=True),
        "math/word-problems.jsonl": texts(["gsm_symbolic"], 40, 105),
        "preference/word-problems.jsonl": preferences(320, 301),
    }
    return files | {f"chat/{name}.jsonl": rows for name, rows in chat.items()}


def main():
    if platform.python_version() != PYTHON or os.environ.get("PYTHONHASHSEED") != "0":
        raise SystemExit(f"needs CPython {PYTHON} with PYTHONHASHSEED=0")
    data = pathlib.Path(__file__).resolve().parents[2] / "examples" / "data"
    parser = argparse.ArgumentParser(description="Makes the data of the laptop profile")
    parser.add_argument("--out", type=pathlib.Path, default=data)
    parser.add_argument("--record", action="store_true", help="take the files as they are now made for the right ones")
    asked = parser.parse_args()
    found = {}
    for name, rows in make(data).items():
        rows = list(rows)
        contents = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode()
        path = asked.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents)
        found[name] = hashlib.sha256(contents).hexdigest()
        print(f"{name}: {len(rows)} rows, {len(contents)} bytes")
    if asked.record:
        HASHES.write_text(json.dumps(found, indent=2) + "\n")
    differing = [name for name, digest in json.loads(HASHES.read_text()).items() if found.get(name) != digest]
    if differing:
        raise SystemExit(f"differ from the recorded SHA-256: {', '.join(differing)}")


if __name__ == "__main__":
    main()
