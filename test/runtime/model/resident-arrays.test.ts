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
    const resident = declareArrays(builder, 'parameters', layout, 10);
    const parts = resident.parts.map(({ specs }) => specs.map(({ name }) => name));
    expect(parts).toEqual([['a'], ['larger than a part'], ['b', 'c'], ['d']]);

    const program = await builder.load();
    const arrays = layout.map((spec, stream) => ({ ...spec, values: hashedUniform(stream, sizeOf(spec.shape)) }));
    await writeArrays(program, resident, arrays);
    expect(await readArrays(program, resident)).toEqual(arrays);
    program.dispose();
  });
});
