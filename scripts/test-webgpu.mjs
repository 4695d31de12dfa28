// `npm run test:webgpu`: tests the WebGPU engine. Without a Vulkan driver of its own the machine gets SwiftShader, a device
// in software, out of Debian's packages, unpacked aside and not installed. Where that cannot be had, it says so and ends well.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { root, runInForeground } from './setup.mjs';

const cache = process.env.SMOL_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'smol');
const folder = join(cache, 'swiftshader');
const driver = join(folder, 'usr/lib/chromium/vk_swiftshader_icd.json');

const environment = process.env.VK_ICD_FILENAMES ? {} : softwareDevice();
if (environment === null) {
  console.error('\nwarning: no Vulkan driver and no way to get one here: the WebGPU suite is SKIPPED\n');
  process.exit(0);
}
const installed = spawnSync(process.execPath, ['bin/smol.js', 'engine', 'install', '--webgpu', '--quiet'], {
  cwd: root,
  stdio: 'inherit',
});
if (installed.status !== 0) process.exit(installed.status ?? 1);
process.exit(
  runInForeground(['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.webgpu.config.ts'], environment),
);

/** What the environment needs for SwiftShader; null where it cannot be had. */
function softwareDevice() {
  if (!existsSync(driver) && !unpackSwiftShader()) return null;
  const libraries = [join(folder, 'usr/lib/x86_64-linux-gnu'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: libraries, XDG_RUNTIME_DIR: folder };
}

function unpackSwiftShader() {
  mkdirSync(folder, { recursive: true });
  const run = (program, ...words) => spawnSync(program, words, { cwd: folder, stdio: 'ignore' }).status === 0;
  const packages = ['chromium-common', 'libvulkan1'];
  if (
    !run('apt-get', 'download', ...packages) &&
    !(run('apt-get', 'update') && run('apt-get', 'download', ...packages))
  )
    return false;
  const files = readdirSync(folder).filter((name) => name.endsWith('.deb'));
  return files.every((name) => run('dpkg', '-x', name, '.')) && existsSync(driver);
}
