import type { HubAccess } from './hub-access.ts';
import { HubError } from './hub-error.ts';

/** Tries of one request: what is busy now may have time after 1, 2 and 4 seconds. */
const tries = 4;
const firstWaitMilliseconds = 1000;
/** A hub that asks for more patience than this is given up at once. */
const longestWaitMilliseconds = 60_000;

/** The answer could not be had for a reason that a repeated request may not meet: these are what `tries` is for. */
const isTemporary = (status: number): boolean => status === 429 || status >= 500;

/**
 * `fetch` for the hub's library: tries again, a bounded number of times, when the hub is busy (429), faulty (5xx) or cannot be
 * reached; a refusal (401, 403, 404) is final at once. Throws `HubError`, naming `owner`.
 */
export function hubFetch(access: HubAccess, owner: string): typeof fetch {
  return async (input, init) => {
    if (access.isOffline) throw networkOff(owner);
    for (let attempt = 1; ; attempt++) {
      const answer = await once(input, init);
      if (answer instanceof Response && !isTemporary(answer.status)) {
        if (answer.ok || answer.status === 416) return answer;
        throw refused(answer.status, owner, access.token !== null);
      }
      const wait = waitBefore(attempt, answer instanceof Response ? answer.headers.get('retry-after') : null);
      if (attempt === tries || wait > longestWaitMilliseconds) throw givenUp(answer, owner, attempt);
      if (answer instanceof Response) await answer.body?.cancel();
      await access.wait(wait);
    }
  };
}

async function once(...request: Parameters<typeof fetch>): Promise<Response | { readonly code: string }> {
  try {
    return await fetch(...request);
  } catch (error) {
    const cause = (error as { cause?: { code?: unknown } }).cause;
    return { code: typeof cause?.code === 'string' ? cause.code : 'no answer' };
  }
}

function waitBefore(attempt: number, retryAfter: string | null): number {
  const asked = Number(retryAfter ?? Number.NaN);
  return Number.isFinite(asked) && asked >= 0 ? 1000 * asked : firstWaitMilliseconds * 2 ** (attempt - 1);
}

function refused(status: number, owner: string, hasToken: boolean): HubError {
  if (status === 404) {
    const help = 'check the name, the revision and the file; a private repository needs `HF_TOKEN`';
    return new HubError(`${owner} is not there (404)`, help, 1);
  }
  if (status === 401 && hasToken) {
    const help = 'make a new token in your settings on the hub and set `HF_TOKEN`; or check the name';
    return new HubError(`${owner} refuses your token, or does not exist (401)`, help);
  }
  if (status === 401) {
    const help = 'set `HF_TOKEN` to a token of yours, accept the terms on its page if it has any, and check the name';
    return new HubError(`${owner} is gated or private, or does not exist (401), and there is no token`, help);
  }
  if (status === 403) {
    const help = 'ask for access, or accept the terms, on its page on the hub; the token must be allowed to read it';
    return new HubError(`${owner} may not be read with your token (403)`, help);
  }
  return new HubError(`${owner} was refused by the hub (${status})`, 'look at its page on the hub');
}

function givenUp(answer: Response | { readonly code: string }, owner: string, attempts: number): HubError {
  const after = `after ${attempts} ${attempts === 1 ? 'try' : 'tries'}`;
  if (!(answer instanceof Response)) {
    const help = 'check the network; a pinned commit that was fetched once is read without it';
    return new HubError(`${owner}: the hub cannot be reached (${answer.code}), ${after}`, help);
  }
  if (answer.status === 429) {
    const help = 'wait some minutes, or set `HF_TOKEN`: requests with a token may be more frequent';
    return new HubError(`${owner}: the hub asks for fewer requests (429), ${after}`, help);
  }
  return new HubError(`${owner}: the hub has a fault (${answer.status}), ${after}`, 'try again later');
}

function networkOff(owner: string): HubError {
  return new HubError(
    `${owner} is not in the cache, and the network is off (HF_HUB_OFFLINE)`,
    'fetch it once with the network on, by a commit: `revision = "…"` of 40 digits is read without it from then on',
  );
}
