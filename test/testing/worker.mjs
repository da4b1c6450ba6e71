/**
 * A worker of a test run: makes a database with the options in its first argument, writes it, or why there is none, as a
 * line of JSON, and does the same again for each line that it reads, or what that says: `drop` drops the last database,
 * `end` lets go of everything and ends by itself. As a runner's worker it ends when the runner is gone.
 */
import { createInterface } from 'node:readline';
import { migratedDatabase } from 'postgres-manager/testing';

const options = JSON.parse(process.argv[2]);
let last = null;

async function make() {
  const since = performance.now();
  try {
    last = await migratedDatabase(options);
    const { url, port, database } = last;
    say({ kind: 'made', url, port, database, ms: performance.now() - since });
  } catch ({ name, message }) {
    say({ kind: 'refused', name, message });
  }
}

function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

process.stdin.on('end', () => process.exit(0));
const lines = createInterface(process.stdin);
lines.on('line', async (line) => {
  if (line === 'make') await make();
  if (line === 'drop') {
    await last.drop();
    say({ kind: 'dropped' });
  }
  if (line === 'end') {
    lines.close();
    process.stdin.removeAllListeners().destroy();
  }
});
await make();
