import { expect, it } from 'vitest';
import { loadCompiledEngine } from '../../../runtime/engine/load.ts';
import { ProgramBuilder } from '../../../runtime/engine/program.ts';
import { sizeOf } from '../../../runtime/model/parameters.ts';
import { declareArrays, readArrays, writeArrays } from '../../../runtime/model/resident-arrays.ts';
import { describeCompiled } from '../../support/compiled-engine.ts';
import { hashedUniform } from '../../support/hashed-numbers.ts';

const layout = [
  { name: 'a', shape: [3, 2] },
  { name: 'larger than a part', shape: [5, 5] },
  { name: 'b', shape: [4] },
  { name: 'c', shape: [4] },
  { name: 'd', shape: [8] },
];

describeCompiled('arrays that stay in the engine', { timeout: 60_000 }, () => {
  it('move in parts of a bounded size, and come back as they went', async () => {
    const builder = new ProgramBuilder(await loadCompiledEngine(), layout);
    const resident = declareArrays(builder, 'parameters', layout, { partValues: 10 });
    const parts = resident.parts.map(({ specs }) => specs.map(({ name }) => name));
    expect(parts).toEqual([['a'], ['larger than a part'], ['b', 'c'], ['d']]);

    const program = await builder.load();
    const arrays = layout.map((spec, stream) => ({ ...spec, values: hashedUniform(stream, sizeOf(spec.shape)) }));
    await writeArrays(program, resident, (name) => arrays.find((array) => array.name === name)!.values);
    expect(await readArrays(program, resident)).toEqual(arrays);
    program.dispose();
  });

  it('are the parts of stacks, in the order of the layout', async () => {
    const part = (name: string) => ({ name, shape: [2, 3] });
    const variables = [
      { name: 'alone', shape: [4] },
      { name: '*.a', shape: [2, 2, 3], parts: [part('0.a'), part('1.a')] },
      { name: '*.b', shape: [2, 2, 3], parts: [part('0.b'), part('1.b')] },
    ];
    const builder = new ProgramBuilder(await loadCompiledEngine(), variables);
    const arrays = [{ name: 'alone', shape: [4] }, part('0.a'), part('0.b'), part('1.a'), part('1.b')].map(
      (spec, stream) => ({ ...spec, values: hashedUniform(stream, sizeOf(spec.shape)) }),
    );
    const resident = declareArrays(builder, 'parameters', variables, { layout: arrays });
    const program = await builder.load();
    await writeArrays(program, resident, (name) => arrays.find((array) => array.name === name)!.values);
    expect(await readArrays(program, resident)).toEqual(arrays);
    program.dispose();
  });
});
