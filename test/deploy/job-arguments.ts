import { containersOf, podsOf, readManifests } from './rendered.js';

/** What each Job of a stream runs, and in how many pods. */
export function argumentsIn(text: string) {
  const jobs = readManifests(text).filter(({ kind }) => kind === 'Job');
  return jobs.map((job) => {
    const [pod] = podsOf([job]);
    const args = pod === undefined ? [] : (containersOf(pod)[0]?.args ?? []);
    const { completions } = job['spec'] as { readonly completions: number };
    return { args, completions };
  });
}
