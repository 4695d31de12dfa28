import type { MixedRows } from './data-sources.ts';

/** Of a run: where its rows go, and what they are made of. */
export interface PreparedRun {
  readonly name: string;
  readonly kind: 'sft' | 'dpo';
  readonly mixture: readonly MixedRows[];
}

/** A Python program that writes the rows of each run to `data/`, in the columns that TRL reads. */
export function prepareScript(runs: readonly PreparedRun[], seed: number): string {
  // Names and paths are of the recipe: none of them may end the text that they stand in.
  const table = JSON.stringify(runs, null, 1).replaceAll("'", '\\u0027');
  return program.replace('@SEED@', String(seed)).replace('@RUNS@', () => table);
}

const program = `"""Writes the rows of each phase to data/, in the columns that TRL reads: python prepare.py [PHASE...]
Needs the package \`datasets\`. Which rows a take keeps follows from the seed, but not as smol chooses them."""
import json
import os
import sys

from datasets import load_dataset

SEED = @SEED@
RUNS = json.loads(r'''@RUNS@''')


def turns(value, role):
    return [{"role": role, "content": value}] if isinstance(value, str) else list(value)


def answer(value, prompt):
    found = turns(value, "assistant")
    return found[len(prompt):] if len(found) > len(prompt) and found[: len(prompt)] == prompt else found


def row_of(row, form, kind):
    tools = {"tools": row["tools"]} if row.get("tools") else {}
    if form["kind"] == "messages":
        return {"messages": row[form["column"]], **tools}
    prompt = turns(row[form["prompt"]], "user")
    if kind == "dpo":
        return {"prompt": prompt, **{key: answer(row[form[key]], prompt) for key in ("chosen", "rejected")}, **tools}
    return {"messages": prompt + turns(row[form["response"]], "assistant"), **tools}


def taken(part):
    rows = load_dataset(**part["load"]).shuffle(seed=SEED)
    rows = rows.select(range(min(part["holdout"], len(rows)), len(rows)))
    take = part["take"]
    if take == "all":
        return rows
    if isinstance(take, str):
        above, below = (take.split("/") + ["1"])[:2]
        take = round(len(rows) * float(above) / float(below))
    if take > len(rows):
        sys.exit(f"{part['load']['path']} has {len(rows)} rows, but {take} are taken")
    return rows.select(range(take))


for run in RUNS:
    if len(sys.argv) > 1 and run["name"] not in sys.argv[1:]:
        continue
    path = f"data/{run['name']}.jsonl"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    count = 0
    with open(path, "w", encoding="utf-8") as file:
        for mixed in run["mixture"]:
            own = [row_of(row, part["format"], run["kind"]) for part in mixed["from"] for row in taken(part)]
            # A share above what there is reads the rows again.
            for index in range(len(own) if mixed["rows"] is None else mixed["rows"]):
                file.write(json.dumps(own[index % len(own)], ensure_ascii=False) + "\\n")
                count += 1
    print(f"{path}: {count} rows")
`;
