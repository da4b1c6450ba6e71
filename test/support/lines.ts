import { Writable } from 'node:stream';

/** A stream that takes down what is written to it, a part each write. */
export function listeningStream(): {
  readonly stream: NodeJS.WriteStream;
  readonly written: string[];
} {
  const written: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      written.push(text);
      done();
    },
  });
  // Of a terminal's stream, reporters of plain lines use what every stream has.
  return { stream: stream as Writable as NodeJS.WriteStream, written };
}
