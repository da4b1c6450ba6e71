import { FSWatcher } from 'chokidar';

/**
 * Watches a kubelet mount: tells by `raw`, and only by that, that something moved in the directory itself. At each such
 * event chokidar lists the directory, and asks for each link in it where it leads and what is there, twice; with 300
 * files that took ten times as long as reading them, at the very moment when they are to be read and applied. It leaves
 * that out while a listing is under way, and here one always is.
 */
export class SwapWatcher extends FSWatcher {
  constructor(directory: string) {
    // The swap *is* a change of links; following them would watch a generation that is about to be deleted.
    super({ ignoreInitial: true, depth: 0, followSymlinks: false });
    this.add(directory);
  }

  override _throttle(
    ...[what, path, ms]: Parameters<FSWatcher['_throttle']>
  ): ReturnType<FSWatcher['_throttle']> {
    return what === 'readdir' ? false : super._throttle(what, path, ms);
  }
}
