import { expect, test } from 'vitest';
import { createLiveBlock } from '../../../cli/views/live-block.ts';
import { recordedContext } from '../../support/command-context.ts';

function newBlock(columns = 80) {
  let time = 0;
  const context = recordedContext({ terminal: { interactive: true, columns, color: true } });
  return {
    block: createLiveBlock(context, () => time),
    context,
    later: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

test('lines are drawn over the last ones, and finished lines stay above', () => {
  const { block, context, later } = newBlock();
  block.draw(['one', 'two']);
  later(200);
  block.draw(['three']);
  block.print('done');
  block.end();
  expect(screenOf(context.stderr())).toEqual(['done', 'three']);
});

test('a drawing that comes too soon waits for the next one, and the last is never lost', () => {
  const { block, context, later } = newBlock();
  block.draw(['1']);
  later(20);
  block.draw(['2']);
  expect(screenOf(context.stderr())).toEqual(['1']);
  block.end();
  expect(screenOf(context.stderr())).toEqual(['2']);
});

test('what is shown before a long call appears at once', () => {
  const { block, context } = newBlock();
  block.draw(['1']);
  block.show(['compiling']);
  expect(screenOf(context.stderr())).toEqual(['compiling']);
});

test('long lines are cut to the terminal, colour codes do not count and stay closed', () => {
  const { block, context } = newBlock(10);
  block.draw([`\x1b[31m${'x'.repeat(30)}\x1b[0m`, '█'.repeat(30)]);
  expect(context.stderr()).toContain(`\x1b[31m${'x'.repeat(9)}\x1b[0m\n`);
  expect(context.stderr()).toContain(`${'█'.repeat(9)}\n`);
});

/** What a terminal shows after this output: enough of ECMA-48 for cursor up, erase below and line feeds. */
function screenOf(output: string): string[] {
  const lines = [''];
  let row = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences begin with the escape character
  for (const [piece, up, command] of output.matchAll(/\x1b\[(\d*)([AJ])|\n|\r|[^\x1b\n\r]+/g)) {
    if (command === 'A') row -= Number(up || 1);
    else if (command === 'J') lines.splice(row, lines.length, '');
    else if (piece === '\n') {
      row++;
      lines[row] ??= '';
    } else if (piece !== '\r') lines[row] += piece;
  }
  return lines.filter((line) => line !== '');
}
