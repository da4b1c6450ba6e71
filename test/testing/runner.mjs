/** A runner with the number of workers in its second argument, whose output is its own; they end when it is killed. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const worker = fileURLToPath(new URL('worker.mjs', import.meta.url));
for (let n = 0; n < Number(process.argv[3]); n += 1) {
  spawn(process.execPath, [worker, process.argv[2]], { stdio: ['pipe', 'inherit', 'inherit'] });
}
setInterval(() => undefined, 60_000);
