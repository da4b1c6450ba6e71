/** One file of many megabytes, in long statements and in short ones. */

/** @typedef {import('./corpora.mjs').Corpus} Corpus */

const filler = 'The quick brown fox jumps over the lazy dog. '.repeat(11);

/** INSERTs of 200 rows of about half a kilobyte. @param {number} mebibytes @returns {Corpus} */
export function longStatements(mebibytes) {
  const body = filler.slice(0, 495);
  return {
    letter: 'D',
    label: 'D',
    title: `one file of ${mebibytes} MB, in INSERTs of 100 KB`,
    ...oneLargeFile(mebibytes, (nth) => {
      const rows = Array.from({ length: 200 }, (_, at) => {
        const row = nth * 200 + at + 1;
        return `(${row}, '${row} ${body}')`;
      });
      return `insert into bulk values\n${rows.join(',\n')};\n`;
    }),
  };
}

/** As `pg_dump --inserts` writes it: 196,000 rows in 50 MiB. @param {number} mebibytes @returns {Corpus} */
export function singleRows(mebibytes) {
  const body = filler.slice(0, 216);
  return {
    letter: 'D2',
    label: 'D′',
    title: `one file of ${mebibytes} MB, in INSERTs of one row`,
    ...oneLargeFile(
      mebibytes,
      (nth) => `INSERT INTO public.bulk VALUES (${nth + 1}, '${nth + 1} ${body}');\n`,
    ),
  };
}

/** @param {number} mebibytes @param {(nth: number) => string} statement */
function oneLargeFile(mebibytes, statement) {
  return {
    count: 1,
    isLarge: true,
    tree: null,
    *files() {
      yield { name: 'bulk', sql: repeated(mebibytes * 1024 * 1024, statement) };
    },
    prepare: 'create table bulk (id int not null, body text not null)',
    check: `select format('rows %s, characters %s, sum %s', count(*), sum(length(body)), sum(id)) from bulk`,
  };
}

/** Statements until there are `bytes` of them. @param {number} bytes @param {(nth: number) => string} statement */
function repeated(bytes, statement) {
  const parts = [];
  let length = 0;
  for (let nth = 0; length < bytes; nth += 1) {
    const next = statement(nth);
    parts.push(next);
    length += next.length;
  }
  return parts.join('');
}
