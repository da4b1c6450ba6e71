import { expect, test } from 'vitest';
import { FleetBoard } from '../../../../src/cli/render/reporters/fleet-board.js';
import { unseen } from '../../../../src/core/fleet/outcome.js';

const planned = (targets: number) => ({ kind: 'fleet-planned', targets, waves: [] }) as const;

test('a terminal shows a bar for all, and a line for each target that is worked on', () => {
  const board = new FleetBoard();
  expect(board.hear(planned(4))).toBe('░░░░░░░░░░░░░░░░░░░░░░░░ 0 of 4 targets');
  board.hear({ kind: 'target-started', name: 'eu-1' });
  board.hear({ kind: 'target-started', name: 'eu-2' });
  const key = 'app/002_u.sql';
  const started = { kind: 'migration-started', key, at: 2, of: 42 } as const;
  board.hear({ kind: 'target-event', name: 'eu-1', event: started });
  expect(board.hear({ kind: 'target-event', name: 'eu-1', event: started })).toBeUndefined();
  const outcome = unseen('eu-2', 'away', 'r');
  expect(board.hear({ kind: 'target-finished', outcome })).toBe(
    '██████░░░░░░░░░░░░░░░░░░ 1 of 4 targets, 1 in trouble\n    eu-1  [2/42] app/002_u.sql',
  );
  expect(board.hear({ kind: 'target-postponed', name: 'eu-1', reason: 'r' })).not.toContain('eu-1');
});

test('what does not fit is counted, and at the end nothing is left', () => {
  const board = new FleetBoard();
  board.hear(planned(20));
  let text: string | null | undefined;
  for (let at = 0; at < 18; at += 1) text = board.hear({ kind: 'target-started', name: `t${at}` });
  expect(text?.split('\n')).toHaveLength(18);
  expect(text?.split('\n').at(-1)).toBe('    and 2 others');
  expect(board.hear({ kind: 'stopping', signal: 'SIGTERM' })).toBeUndefined();
  const numbers = { revision: 'r', generation: null, files: 1, durationMs: 1, stopped: null };
  const report = { ...numbers, waves: [] };
  expect(board.hear({ kind: 'fleet-finished', report })).toBeNull();
});
