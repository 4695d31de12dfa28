import { describe } from 'vitest';

/** Whether the compiled engine is expected here. Where it is, its tests fail without it; they are never skipped. */
export const engineExpected = process.env.SMOL_REQUIRE_ENGINE !== '0';

/** `describe` for tests that need the compiled engine. */
export const describeCompiled = engineExpected ? describe : describe.skip;
