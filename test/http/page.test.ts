import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { compare } from '../../src/core/run/compare.js';
import { emptyHistory } from '../../src/core/run/history.js';
import type { StatusView } from '../../src/core/watch/status-view.js';
import { pageContent, renderPage } from '../../src/http/page/page.js';
import {
  allApplied,
  away,
  failed,
  hostile,
  hostileView,
  many,
  neverSeen,
  noSource,
  waitingForLock,
} from '../page/scenes.js';
import { allRows, manyFiles, now, run, snapshotOfMount, viewOf } from '../page/views.js';

/** What a person reads, without the style and the script. */
function textOf(view: StatusView): string {
  return mainOf(view)
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&#xfe0e;/g, '')
    .replace(/\s+/g, ' ');
}

function mainOf(view: StatusView): string {
  return /<main>(.*)<\/main>/s.exec(renderPage(view))?.[1] ?? '';
}

function titleOf(view: StatusView): string {
  return /<title>(.*)<\/title>/.exec(renderPage(view))?.[1] ?? '';
}

/** 46 files were applied, and the source has none any more. */
const emptied = {
  snapshot: snapshotOfMount({}),
  rows: allRows(
    snapshotOfMount({
      ...manyFiles('aws', 18),
      ...manyFiles('azure', 14),
      ...manyFiles('gcp', 14),
    }),
  ),
};

test('all files that are gone are one thing that needs attention for each schema', () => {
  const view = viewOf(emptied);
  expect(mainOf(view).match(/<article class="trouble/g)).toHaveLength(3);
  expect(textOf(view)).toContain('Needs attention 3 ? missing aws 18 applied files: none of them');
  // All of them are there for who opens the schema.
  expect(textOf(view)).toContain('? missing 001 – 014 14 missing');
});

describe('the verdict', () => {
  test.each<[string, StatusView, string, string]>([
    ['all is applied', allApplied(), '✔ ready · pgm', 'Ready all 30 migrations are applied'],
    [
      'files failed',
      failed(),
      '✖ gcp/008 failed, 1 more failed, 1 held, 1 changed · pgm',
      'Not ready gcp/008_widen_secret_value.sql failed, 1 more failed, 1 held, 1 changed',
    ],
    [
      'PostgreSQL is away',
      away(),
      '▲ postgres unreachable · pgm',
      'Not ready postgres unreachable',
    ],
    ['another runner is at work', waitingForLock(), '◔ 9 pending · pgm', 'Not ready 9 pending'],
    [
      'there is no source',
      noSource(),
      '▲ migrations directory missing or not readable · pgm',
      'Not ready migrations directory missing or not readable',
    ],
  ])('when %s', (_, view, title, words) => {
    expect(titleOf(view)).toBe(title);
    expect(textOf(view)).toContain(words);
  });

  test('says of failures that do not count for the probe that they are there', () => {
    const view = failed();
    const ready = { ...view, health: { ...view.health, ready: true, reason: null } };
    expect(textOf(ready)).toContain('Ready the database was once up to date: gcp/008_widen');
    expect(titleOf(ready)).toMatch(/^▲ the database was once up to date/);
  });

  test.each<[string, string, Partial<Parameters<typeof viewOf>[0]>]>([
    ['all files are gone', 'no migrations found', emptied],
    [
      'there is no source',
      'the migrations directory is missing or not readable',
      { snapshot: null },
    ],
  ])('is ready by --readiness once, and says that %s', (_, words, scene) => {
    const view = viewOf({ ...scene, readiness: 'once' });
    expect(textOf(view)).toContain(`Ready the database was once up to date: ${words}`);
    expect(titleOf(view)).toMatch(/^▲/);
  });

  test('does not say twice what the loop is doing', () => {
    const view = { ...waitingForLock(), activity: 'applying 3 of 9' };
    const health = { ...view.health, reason: '9 pending; applying 3 of 9' };
    expect(textOf({ ...view, health }).split('applying 3 of 9')).toHaveLength(2);
  });
});

describe('a failure', () => {
  test('is shown with its place, the line, a caret, and what helps', () => {
    const text = mainOf(failed()).replace(/<[^>]*>/g, '');
    expect(text).toContain('gcp/008_widen_secret_value.sql:3:22');
    expect(text).toContain(
      '3 |   ALTER COLUMN value TYPE bytea, ALTER COLUMN label SET DEFAULT •••;\n  |                ^',
    );
    for (const part of [
      'SQLSTATE 42804',
      'cannot be cast automatically',
      'USING value::bytea',
      'say how the old values',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('comes before what is held, changed or missing', () => {
    const order = [...mainOf(failed()).matchAll(/class="trouble e-(\w+)"/g)].map(
      ([, state]) => state,
    );
    expect(order).toEqual(['failed', 'failed', 'held', 'changed', 'missing']);
  });

  test('is one of 20 in full when there are more, and never one of more than 220', () => {
    const snapshot = snapshotOfMount(manyFiles('gcp', 1_000, 5));
    const view = viewOf({ snapshot });
    const statuses = compare(snapshot, emptyHistory).map((status) => ({
      ...status,
      state: 'failed' as const,
    }));
    const report = { ...view.seen!.report, statuses };
    const main = mainOf({ ...view, seen: { at: now, report } });
    expect(main.match(/<article/g)).toHaveLength(220);
    expect(main.split('<details data-key="attention:rest">')[0]?.match(/<article/g)).toHaveLength(
      20,
    );
    expect(main).toContain('and 780 more');
  });
});

describe('what the database said a while ago', () => {
  test('is marked as old, with its time, while PostgreSQL is away', () => {
    const text = textOf(away());
    expect(text).toContain(
      'PostgreSQL does not answer. Everything below is its last answer, as of 12:03:10 UTC, 2 min ago',
    );
    expect(text).toMatch(/Schemas as of 12:03:10 UTC, 2 min ago/);
  });

  test('is marked as old too where PostgreSQL answers and does not show it', () => {
    const view = allApplied();
    expect(textOf({ ...view, seen: { ...view.seen!, at: now - 11_000 } })).toContain(
      'as of 12:05:11 UTC, 11 s ago',
    );
    expect(textOf({ ...view, seen: { ...view.seen!, at: now - 3_000 } })).not.toContain('as of');
  });

  test('is not made up where it said nothing yet', () => {
    const text = textOf(neverSeen());
    expect(text).toContain('17 files, not compared yet');
    expect(text).not.toContain('applied');
  });
});

describe('many migrations', () => {
  test('fold into one line, but for those beside one that is not applied', () => {
    const [before = '', after = ''] = mainOf(many())
      .split('01801_create_schema.sql</code>')
      .slice(-2)
      .map((part) => part.replace(/\s+/g, ' '));
    const lastFold = /<code>(\d+ – \d+)<\/code>(?!.*<details)/;
    expect(lastFold.exec(before)?.[1]).toBe('00001 – 01798');
    expect(/<code>(\d+ – \d+)<\/code>/.exec(after)?.[1]).toBe('01802 – 01998');
    const shown = before.slice(before.lastIndexOf('</details>')).matchAll(/data-key="gcp\/(\d+)/g);
    expect([...shown].map(([, number]) => number)).toEqual(['01799', '01800', '01801']);
  });
});

describe('runs', () => {
  test('are told with result, files, duration and reason', () => {
    const runs = [
      run(9_000, 30_020, { result: 'broken', reason: 'connect ECONNREFUSED' }),
      run(99_000, 412, { applied: 3 }),
    ];
    const snapshot = snapshotOfMount(manyFiles('gcp', 3));
    const text = textOf(viewOf({ snapshot, rows: allRows(snapshot), runs }));
    expect(text).toContain(
      '12:05:13 ▲ broken 30.0 s nothing applied 5a3f5a3f5a3f connect ECONNREFUSED',
    );
    expect(text).toContain('12:03:43 ✔ settled 412 ms 3 applied');
  });
});

describe('whatever is put in', () => {
  const page = renderPage(hostileView());

  test('no element or attribute appears that is not the page’s own', () => {
    const known = renderPage(failed()) + renderPage(away()) + renderPage(many()) + '<br';
    const namesOf = (text: string): Set<string> =>
      new Set(withoutProgram(text).match(/<[a-z0-9]+|<!(?!doctype)|\s[a-z-]+=(?=")/gi));
    const strange = [...namesOf(page)].filter((name) => !namesOf(known).has(name));
    expect(strange).toEqual([]);
  });

  test('every tag is well formed: quotes of attributes close where they should', () => {
    const tags = withoutProgram(page).match(/<[^!][^>]*>/g) ?? [];
    const wrong = tags.filter(
      (tag) => !/^<\/?[a-z0-9]+(?:\s+[a-z0-9:-]+(?:="[^"<>]*")?)*\s*\/?>$/i.test(tag),
    );
    expect(wrong).toEqual([]);
  });

  test('hostile names and errors are all there to be read', () => {
    const text = textOf(hostileView());
    expect(text).toContain(hostile[0]);
    expect(text).toContain('a\\u000ab\\u000d\\u0009c\\u0000d');
    expect(text).toContain('gpj\\u202elqs.\\u2066x\\u200f');
    expect(text).toContain('\\ud800 alone');
  });

  test('no control character, turn of direction or lone surrogate is sent', () => {
    expect(page).not.toMatch(
      /[\p{Cs}\p{Bidi_Control}\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/u,
    );
  });

  function withoutProgram(text: string): string {
    return text.replace(/<(style|script)>.*?<\/\1>/gs, '');
  }
});

describe('the headers', () => {
  const { headers = {}, text, type } = pageContent(allApplied());
  const hashOf = (name: string): string => {
    const content = new RegExp(`<${name}>(.*?)</${name}>`, 's').exec(text)?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
  };

  test('allow this style and this script, and nothing from anywhere', () => {
    expect(headers['content-security-policy']?.split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hashOf('style')}`,
      `script-src ${hashOf('script')}`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('forbid frames, referrers and readers from other origins', () => {
    expect(type).toBe('text/html; charset=utf-8');
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  test('the page names no other address, and styles no element by an attribute', () => {
    expect(text.replace(/http%3A%2F%2Fwww\.w3\.org%2F2000%2Fsvg/g, '')).not.toMatch(
      /https?:|\/\/\w+\./,
    );
    expect(text).not.toMatch(/\sstyle="/);
  });
});
