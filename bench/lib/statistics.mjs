/** The middle of some numbers; of an even count, the mean of the two in the middle. @param {readonly number[]} values */
export function median(values) {
  if (values.length === 0) throw new Error('there is no median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/**
 * The value that `share` of all do not exceed; NaN if there are none. @param {readonly number[]} values @param {number} share
 */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

/**
 * The order of turns in a round: each goes first now and then, so that none always follows the same one.
 * @template T @param {readonly T[]} items @param {number} round @returns {readonly T[]}
 */
export function rotated(items, round) {
  const by = items.length === 0 ? 0 : round % items.length;
  return [...items.slice(by), ...items.slice(0, by)];
}
