/** Calls that are under way; the first to begin silences, the last to end restores. */
let calls = 0;
const original = console.debug;

/** Runs `use` with `console.debug` silent: the hub's library writes there, which is stdout, where results go. */
export async function withoutDebugOutput<T>(use: () => Promise<T>): Promise<T> {
  if (calls++ === 0) console.debug = () => {};
  try {
    return await use();
  } finally {
    if (--calls === 0) console.debug = original;
  }
}
