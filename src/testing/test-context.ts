/** What is known about a test's end, in the fields of the runners: each has some of these. */
export interface TestContext {
  /** vitest. */
  readonly onTestFinished?: ((what: () => Promise<void>) => void) | undefined;
  readonly task?: { readonly result?: { readonly state: string } | undefined } | undefined;
  /** node:test, where a test that is still running has not passed. */
  readonly after?: ((what: () => Promise<void>) => void) | undefined;
  readonly passed?: boolean | undefined;
  readonly error?: unknown;
  /** Playwright's `testInfo`, which says how a test ended, but has no hook for that. */
  readonly status?: string | undefined;
  readonly expectedStatus?: string | undefined;
}

interface TestEnd {
  readonly hasFailed: boolean;
  /** The test may still close its connections: its hooks run after ours. */
  readonly mayBeOpen: boolean;
}

/** Has `end` called when the test is over. False if this runner has no hook. */
export function whenOver(test: TestContext, end: (how: TestEnd) => Promise<void>): boolean {
  if (typeof test.onTestFinished === 'function') {
    // The last to be registered is the first to be called.
    test.onTestFinished(() => end({ hasFailed: hasFailed(test), mayBeOpen: false }));
    return true;
  }
  if (typeof test.after !== 'function') return false;
  // Here the first registered is called first, and the test's own hooks wait for it; the process stays until running work
  // ends.
  test.after(() => {
    void end({ hasFailed: test.passed === false, mayBeOpen: true });
    return Promise.resolve();
  });
  return true;
}

/** As far as the context knows so far. */
export function hasFailed({ task, error, status, expectedStatus }: TestContext): boolean {
  if (task?.result !== undefined) return task.result.state === 'fail';
  if (status !== undefined) return status !== expectedStatus;
  return error !== undefined && error !== null;
}
