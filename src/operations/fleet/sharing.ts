import type { SqlReader } from '../../core/ports.js';

/** For runs that share their files: each text is read once. */
export function sharing(sqlReader: SqlReader): SqlReader {
  return {
    read: onceEach((text) => sqlReader.read(text)),
    effects: onceEach((text) => sqlReader.effects(text)),
    literals: onceEach((text) => sqlReader.literals(text)),
  };
}

function onceEach<T>(ask: (text: string) => T): (text: string) => T {
  const answers = new Map<string, T>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = ask(text);
    answers.set(text, answer);
    return answer;
  };
}
