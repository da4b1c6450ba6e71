/** `.ci/run` makes the long sweeps in full; on a developer's machine each makes a part of its rounds. */
export const inCi = process.env['CI'] !== undefined;
