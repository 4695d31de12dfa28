import { defineConfig } from 'vitest/config';

/** The second suite: the WebGPU engine on a device that scripts/test-webgpu.mjs provides. */
export default defineConfig({
  test: { include: ['test/webgpu/*.suite.ts'], pool: 'forks', reporters: ['default'] },
});
