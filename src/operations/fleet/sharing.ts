import type { SqlReader } from '../../core/ports.js';
import { type Judge, judgeBy } from '../run/apply-step.js';

/** The same readers and judge for runs that share their files: each text is read and judged once. */
export function sharing(sqlReader: SqlReader): { sqlReader: SqlReader; judge: Judge } {
  const read = onceEach((text) => sqlReader.read(text));
  const effects = onceEach((text) => sqlReader.effects(text));
  const literals = onceEach((text) => sqlReader.literals(text));
  const judgements = new Map<string, ReturnType<Judge>>();
  const judge = judgeBy({ read });
  return {
    sqlReader: { read, effects, literals },
    judge: (text, headers) => {
      const known = judgements.get(text) ?? judge(text, headers);
      judgements.set(text, known);
      return known;
    },
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
