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

/** Has `end` called when the test is over, with whether it failed. False if this runner calls nobody. */
export function whenOver(test: TestContext, end: (failed: boolean) => Promise<void>): boolean {
  if (typeof test.onTestFinished === 'function') {
    test.onTestFinished(() => end(hasFailed(test)));
    return true;
  }
  if (typeof test.after !== 'function') return false;
  test.after(() => end(test.passed === false));
  return true;
}

/** As far as the context knows by now. */
export function hasFailed({ task, error, status, expectedStatus }: TestContext): boolean {
  if (task?.result !== undefined) return task.result.state === 'fail';
  if (status !== undefined) return status !== expectedStatus;
  return error !== undefined && error !== null;
}
