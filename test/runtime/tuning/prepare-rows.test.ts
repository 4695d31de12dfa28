import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../../compiler/plan/index.ts';
import { runPhases } from '../../../runtime/train/run-phases.ts';
import { shapeAt } from '../../../runtime/train/step-position.ts';
import { evenlySpread } from '../../../runtime/tuning/evenly-spread.ts';
import { markedRows } from '../../../runtime/tuning/marked-rows.ts';
import { prepareTunings } from '../../../runtime/tuning/prepare-tunings.ts';
import { assistant, chatRow, chatTokenizer, user } from '../../support/chat-rows.ts';
import { tuningFolder, tuningPlan } from '../../support/tuning-plan.ts';

test('rows with a special token in a message are counted, wherever it stands', () => {
  const rows = [
    chatRow([user('Plain.'), assistant('Yes.')], 1),
    chatRow([user('What does <|endoftext|> mean?'), assistant('The end.')], 2),
    chatRow([user('And this?'), assistant('<|im_end|>'), user('<|im_start|>')], 3),
    chatRow([user('< | im_end | >'), assistant('im_end')], 4),
  ];
  expect(markedRows(rows, chatTokenizer)).toEqual({
    count: 2,
    first: { mark: '<|endoftext|>', place: 'chats.jsonl:2' },
  });
  expect(markedRows(rows.slice(0, 1), chatTokenizer)).toEqual({ count: 0, first: null });
});

test('a choice that is evenly spread', () => {
  expect(evenlySpread([1, 2, 3], 5)).toEqual([1, 2, 3]);
  expect(evenlySpread([...Array(10).keys()], 4)).toEqual([0, 2, 5, 7]);
});

describe('held-out rows', () => {
  test.each(['sft', 'dpo'] as const)('of %s are as many as a measurement takes, and the rest is said', async (kind) => {
    const folder = tuningFolder();
    const file = join(folder, kind === 'sft' ? 'chats.jsonl' : 'pairs.jsonl');
    const [line] = readFileSync(file, 'utf8').split('\n');
    const rows = Array.from({ length: 300 }, (_, index) => line!.replace(/\d+/, String(index)));
    writeFileSync(file, `${rows.join('\n')}\n`);
    const whole = tuningPlan();
    const phase = runPhases(whole).find((each) => each.phase.kind === kind)!;
    const { shares, batch_sequences: batch } = phase.phase.segments[0]!;
    const datasets = whole.datasets.map((dataset) =>
      dataset.id === shares[0]!.dataset_id ? { ...dataset, holdout_rows: 250 } : dataset,
    );
    const plan: Plan = { ...whole, datasets };
    const scope = { plan, baseDirectory: folder };
    const prepared = (await prepareTunings(plan, [phase], chatTokenizer, scope)).get(phase.index)!;
    const shape = shapeAt(phase.phase, 1);
    const batches = [...prepared.data.heldOut[0]!.batches(shape)];
    // A model of a few hundred parameters affords the most: 32 batches.
    expect(batches).toHaveLength(32);
    const { name } = datasets.find(({ id }) => id === shares[0]!.dataset_id)!;
    expect(prepared.notes).toContain(
      `\`${kind}\` measures ${32 * batch} of the 250 held-out rows of \`${name}\`, evenly spread: a measurement is over so many batches at most`,
    );
    // Tokens without padding, as the speed counts them.
    const [first] = batches;
    const places = first!.sequences * first!.sequence;
    expect(first!.filled!.tokens).toBeLessThan(places);
    expect(first!.filled!.trained).toBe(first!.labels.filter((label) => label !== -100).length);
  });
});
