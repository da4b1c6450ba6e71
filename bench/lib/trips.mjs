/** Round trips of whole runs, and what follows from them. */

/**
 * @typedef {{ readonly connections: number, readonly connecting: number, readonly working: number }} Trips
 *
 * @typedef {object} TripsResult
 * @property {string} contestant
 * @property {import('./contestants.mjs').Contestant['kind']} kind
 * @property {number} files
 * @property {Trips | null} one With a single file.
 * @property {Trips | null} fresh With all files.
 * @property {Trips | null} again
 */

/**
 * A client that is descheduled between two messages looks as if it had waited for an answer, and none can look as if it had
 * not: so the least is the true count. Null if one run failed.
 * @param {readonly (Trips | null)[]} counted @returns {Trips | null}
 */
export function least(counted) {
  return counted.reduce((best, one) => {
    if (best === null || one === null) return null;
    return tripsIn(one) < tripsIn(best) ? one : best;
  });
}

/** @param {Trips} trips */
export function tripsIn({ connecting, working }) {
  return connecting + working;
}

/**
 * What each file adds, without the fixed queries of a run; null if unknown.
 * @param {TripsResult} result @returns {number | null}
 */
export function tripsPerFile({ files, one, fresh }) {
  if (one === null || fresh === null) return null;
  return (tripsIn(fresh) - tripsIn(one)) / (files - 1);
}
