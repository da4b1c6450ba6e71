import { clearInterval, setInterval } from 'node:timers';

/** The connections do not keep the process alive; this does while a caller waits for them. */
export async function whileAwake<T>(work: () => Promise<T>): Promise<T> {
  const awake = setInterval(() => undefined, 60_000);
  try {
    return await work();
  } finally {
    clearInterval(awake);
  }
}
