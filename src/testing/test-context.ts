/** What is known of a test's end, in the words of the runners: each has some of these. */
export interface TestContext {
  /** vitest. */
  readonly onTestFinished?: ((what: () => Promise<void>) => void) | undefined;
  readonly task?: { readonly result?: { readonly state: string } | undefined } | undefined;
  /** node:test, where a test that still runs has not passed. */
  readonly after?: ((what: () => Promise<void>) => void) | undefined;
  readonly passed?: boolean | undefined;
  readonly error?: unknown;
  /** Playwright's `testInfo`, which says how a test ended, but calls nobody then. */
  readonly status?: string | undefined;
  readonly expectedStatus?: string | undefined;
}

interface TestEnd {
  readonly hasFailed: boolean;
  /** The test may still close its connections: nothing it does after its end comes before ours. */
  readonly mayBeOpen: boolean;
}

/** Has `end` called when the test is over. False if this runner calls nobody. */
export function whenOver(test: TestContext, end: (how: TestEnd) => Promise<void>): boolean {
  if (typeof test.onTestFinished === 'function') {
    // The last to be registered is the first to be called.
    test.onTestFinished(() => end({ hasFailed: hasFailed(test), mayBeOpen: false }));
    return true;
  }
  if (typeof test.after !== 'function') return false;
  // The first is the first here, and those of the test wait for it; the process stays until the end of what goes on.
  test.after(() => {
    void end({ hasFailed: test.passed === false, mayBeOpen: true });
    return Promise.resolve();
  });
  return true;
}

/** As far as the context knows by now. */
export function hasFailed({ task, error, status, expectedStatus }: TestContext): boolean {
  if (task?.result !== undefined) return task.result.state === 'fail';
  if (status !== undefined) return status !== expectedStatus;
  return error !== undefined && error !== null;
}
