/** The server's processor time, from the kernel's own account in nanoseconds. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Milliseconds so far of the server and its living backends, or null if there is no /proc. A backend that ends takes its
 * share with it, so measure while none does.
 * @param {string} directory The one that holds `data`.
 * @returns {number | null}
 */
export function serverProcessorMs(directory) {
  try {
    const postmaster = Number(
      readFileSync(join(directory, 'data/postmaster.pid'), 'utf8').split('\n')[0],
    );
    const backends = readdirSync('/proc').filter(
      (pid) => /^\d+$/.test(pid) && parentOf(pid) === postmaster,
    );
    return [String(postmaster), ...backends].reduce((sum, pid) => sum + processorMs(pid), 0);
  } catch {
    return null;
  }
}

/** @param {string} pid */
function parentOf(pid) {
  const stat = readOf(pid, 'stat');
  // After the name, which may contain blanks: state, parent.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** @param {string} pid */
function processorMs(pid) {
  return Number(readOf(pid, 'schedstat').split(' ')[0]) / 1e6;
}

/** Empty for a process that has just ended. @param {string} pid @param {string} file */
function readOf(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
