import { readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openModelFolder } from '../../../runtime/export/open-model-folder.ts';
import { fetchModel, fetchTokenizer } from '../../../runtime/hub/fetch-model.ts';
import { hubAccess } from '../../../runtime/hub/hub-access.ts';
import { openRepository } from '../../../runtime/hub/hub-repository.ts';
import { firstCommit, hubServer, secondCommit } from '../../support/hub-server.ts';
import { fixturePath, temporaryFolder } from '../../support/hugging-face-fixture.ts';

const secret = 'hf_secretValue123';

describe('a model on the hub', () => {
  it('is fetched with its shards and gives the parameters of its folder; nothing goes to stdout', async () => {
    const server = await hubServer(fixturePath('sharded'));
    const debug = vi.spyOn(console, 'debug');
    const { folder, commit } = await fetchModel(server.access, 'team/tiny', null);
    expect(debug).not.toHaveBeenCalled();
    debug.mockRestore();
    expect(commit).toBe(firstCommit);
    const fetched = await openModelFolder(folder).readParameters();
    const local = readFileSync(join(fixturePath('sharded'), 'model-00001-of-00004.safetensors'));
    expect(readFileSync(folder.file('model-00001-of-00004.safetensors')!)).toEqual(local);
    expect(fetched).toHaveLength(21);
    expect(server.requests.join()).not.toContain('special_tokens_map');
  });

  it('at a pinned commit is read without the network once it was fetched', async () => {
    const server = await hubServer(fixturePath('tied'));
    await fetchModel(server.access, 'team/tiny', firstCommit);
    const asked = server.requests.length;
    const again = await fetchModel(server.access, 'team/tiny', firstCommit);
    expect(server.requests).toHaveLength(asked);
    expect(again.folder.file('model.safetensors')).not.toBeNull();
    const offline = await fetchModel({ ...server.access, isOffline: true }, 'team/tiny', firstCommit);
    expect(offline.commit).toBe(firstCommit);
    await expect(fetchModel({ ...server.access, isOffline: true }, 'team/tiny', secondCommit)).rejects.toMatchObject({
      message: `\`team/tiny\` at \`${secondCommit}\` is not in the cache, and the network is off (HF_HUB_OFFLINE)`,
    });
  });

  it('of a branch is of the commit that the branch is now', async () => {
    const server = await hubServer(fixturePath('tied'));
    expect((await fetchTokenizer(server.access, 'team/tiny', 'main')).commit).toBe(firstCommit);
    server.branch = secondCommit;
    expect((await fetchTokenizer(server.access, 'team/tiny', 'main')).commit).toBe(secondCommit);
    expect(server.requests.join()).not.toContain('model.safetensors');
  });

  it('that arrives damaged is refused, and fetched anew', async () => {
    const server = await hubServer(fixturePath('tied'));
    const { folder } = await fetchModel(server.access, 'team/tiny', firstCommit);
    const blob = realpathSync(folder.file('model.safetensors')!);
    const bytes = readFileSync(blob);
    bytes[5000] = bytes[5000]! ^ 1;
    writeFileSync(blob, bytes);
    await expect(fetchModel(server.access, 'team/tiny', firstCommit)).rejects.toThrow('did not arrive whole');
    const again = await fetchModel(server.access, 'team/tiny', firstCommit);
    expect(readFileSync(again.folder.file('model.safetensors')!)).toEqual(
      readFileSync(join(fixturePath('tied'), 'model.safetensors')),
    );
  });
});

describe('what the hub refuses', () => {
  it.each([
    [401, null, 'gated or private, or does not exist (401), and there is no token', 'set `HF_TOKEN`'],
    [401, secret, 'refuses your token', 'make a new token'],
    [403, secret, 'may not be read with your token (403)', 'ask for access'],
    [404, null, 'is not there (404)', 'check the name'],
  ] as const)('%i (token %s) fails at once and says what to do', async (status, token, message, help) => {
    const server = await hubServer(fixturePath('tied'), { token });
    server.faults.push(status, status, status, status);
    const failure = await fetchModel(server.access, 'team/tiny', null).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^`team\/tiny`/),
      help: expect.stringContaining(help),
    });
    expect((failure as Error).message).toContain(message);
    expect(server.requests).toHaveLength(1);
    expect(server.waits).toEqual([]);
  });

  it('a repository that does not exist is named', async () => {
    const server = await hubServer(fixturePath('tied'));
    await expect(fetchModel(server.access, 'team/none', 'v1')).rejects.toThrow(
      '`team/none` at `v1` is not there (404)',
    );
  });

  it.each([429, 500, 503])('%i is tried again, and then no more', async (status) => {
    const server = await hubServer(fixturePath('tied'));
    server.faults.push(status, status);
    await fetchTokenizer(server.access, 'team/tiny', null);
    expect(server.waits).toEqual([2000, 2000]);
    server.faults.push(status, status, status, status);
    const asked = server.requests.length;
    await expect(fetchTokenizer(server.access, 'team/tiny', null)).rejects.toThrow(
      new RegExp(`\`team/tiny\`: the hub .*\\(${status}\\), after 4 tries`),
    );
    expect(server.requests).toHaveLength(asked + 4);
  });

  it('a hub that cannot be reached is said after a bounded number of tries', async () => {
    const server = await hubServer(fixturePath('tied'));
    server.close();
    await expect(fetchModel(server.access, 'team/tiny', null)).rejects.toThrow(
      'cannot be reached (ECONNREFUSED), after 4 tries',
    );
    expect(server.waits).toEqual([1000, 2000, 4000]);
  });

  it('a name that could lead elsewhere is refused', async () => {
    const server = await hubServer(fixturePath('tied'));
    for (const name of ['../../etc', '..', 'a/b/c', 'a b', '.x/y', 'team/..']) {
      await expect(openRepository(server.access, { type: 'model', name }, null)).rejects.toThrow(
        'no name of a repository',
      );
    }
    expect(server.requests).toEqual([]);
  });
});

describe('the token', () => {
  it('goes to the hub, and into no message or file', async () => {
    const server = await hubServer(fixturePath('tied'), { token: secret });
    await fetchModel(server.access, 'team/tiny', null);
    expect(new Set(server.authorizations)).toEqual(new Set([`Bearer ${secret}`]));
    const written = readdirSync(server.access.records, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    expect(written).toHaveLength(1);
    expect(written.join()).not.toContain(secret);
    const wrong = { ...server.access, token: 'password with\nspaces' };
    const failure = await fetchModel(wrong, 'team/tiny', null).catch((error: Error) => error);
    expect(JSON.stringify([failure, (failure as Error).message])).not.toContain('password');
  });

  it('is that of the environment, else the one that logging in wrote', () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'token'), `${secret}\n`);
    expect(hubAccess({ HF_HOME: home, HOME: home }).token).toBe(secret);
    expect(hubAccess({ HF_HOME: home, HOME: home, HF_TOKEN: 'hf_other' }).token).toBe('hf_other');
    expect(hubAccess({ HOME: home }).token).toBeNull();
    expect(hubAccess({ HOME: home, HF_HUB_OFFLINE: '1' }).isOffline).toBe(true);
    expect(hubAccess({ HOME: home, HF_ENDPOINT: 'http://mirror/' }).address).toBe('http://mirror');
  });
});
