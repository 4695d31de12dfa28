import { expect, test } from 'vitest';
import {
  COMPILED_CAPABILITIES,
  FALLBACK_CAPABILITIES,
  precisionNote,
  requireCapable,
} from '../../../runtime/engine/capabilities.ts';

const small = { precision: 'float32', largestArrayBytes: 1e6, memoryBytes: 1e8, stepFlops: 1e9 };

test('a small run fits both engines', () => {
  requireCapable(COMPILED_CAPABILITIES, small);
  requireCapable(FALLBACK_CAPABILITIES, small);
});

test('the first thing that does not fit is named, with both numbers', () => {
  expect(() => requireCapable(FALLBACK_CAPABILITIES, { ...small, stepFlops: 3e11 })).toThrow(
    'the run needs steps of 300,000,000,000 floating-point operations, and the WebAssembly engine takes 200,000,000,000',
  );
  expect(() => requireCapable(FALLBACK_CAPABILITIES, { ...small, memoryBytes: 5e9 })).toThrow(
    'memory of 5,000,000,000 bytes',
  );
  expect(() => requireCapable(COMPILED_CAPABILITIES, { ...small, precision: 'bfloat16' })).toThrow('in `bfloat16`');
  requireCapable(COMPILED_CAPABILITIES, { ...small, stepFlops: 3e15, memoryBytes: 5e12 });
});

test('a precision is noted only where the device converts it', () => {
  const converting = { ...COMPILED_CAPABILITIES, convertedPrecisions: ['bf16'] };
  expect(precisionNote(converting, 'bf16')).toContain('no instructions for `bf16`');
  expect(precisionNote(converting, 'float32')).toBeNull();
  expect(precisionNote(COMPILED_CAPABILITIES, 'bf16')).toBeNull();
});
