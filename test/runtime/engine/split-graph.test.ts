import { describe, expect, it } from 'vitest';
import type { NodeMessage } from '../../../runtime/engine/graph/graph-builder.ts';
import { splitGraph } from '../../../runtime/engine/program/split-graph.ts';

const node = (name: string, op: string, ...input: string[]): NodeMessage => ({ name, op, input, attr: {} });
const names = (nodes: readonly NodeMessage[]) => nodes.map(({ name }) => name);

describe('a graph split into two functions', () => {
  const nodes = [
    node('product', 'MatMul', 'in_x', 'in_weight'),
    node('half', 'Const'),
    node('scaled', 'Mul', 'product:product:0', 'half:output:0'),
    node('squashed', 'Sigmoid', 'scaled:z:0'),
    node('unused', 'MatMul', 'in_x', 'in_x'),
    node('slope', 'Mul', 'in_upstream', 'squashed:y:0'),
    node('back', 'MatMul', 'slope:z:0', 'in_weight'),
  ];
  const later = new Set(['in_upstream']);

  it('keeps products, computes the elementwise rest again, and drops what nobody needs', () => {
    const split = splitGraph(nodes, ['squashed:y:0'], ['back:product:0'], later);
    expect(names(split.first)).toEqual(['product', 'half', 'scaled', 'squashed']);
    expect(names(split.second)).toEqual(['half', 'scaled', 'squashed', 'slope', 'back']);
    expect(split.kept).toEqual(['product:product:0']);
  });

  it('keeps a product that is itself a result of both once', () => {
    const split = splitGraph(nodes, ['product:product:0'], ['back:product:0', 'product:product:0'], later);
    expect(names(split.first)).toEqual(['product']);
    expect(split.kept).toEqual(['product:product:0']);
  });

  it('refuses a first function that needs what only the second is given', () => {
    expect(() => splitGraph(nodes, ['slope:z:0'], ['back:product:0'], later)).toThrow(
      '`slope` of the first function uses `in_upstream` of the second',
    );
  });
});
