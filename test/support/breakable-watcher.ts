import { EventEmitter } from 'node:events';

/** Every one that was made, in order. */
export const watchers: BreakableWatcher[] = [];

/** A watcher of chokidar that a test can make fail, and that sees nothing by itself. */
export class BreakableWatcher extends EventEmitter {
  closed = false;

  constructor() {
    super();
    watchers.push(this);
  }

  add(): this {
    return this;
  }

  close(): Promise<void> {
    this.closed = true;
    this.removeAllListeners();
    return Promise.resolve();
  }
}
