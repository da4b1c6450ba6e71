import { FSWatcher } from 'chokidar';

/**
 * Watches a kubelet mount and reports changes in the directory itself only by `raw` events. At each such event chokidar
 * would list the directory and resolve every link in it twice, which with 300 files takes ten times as long as reading
 * them, just when they should be applied. chokidar skips that while a listing is in progress, and this class makes it
 * believe that one always is.
 */
export class SwapWatcher extends FSWatcher {
  constructor(directory: string) {
    // A swap changes links. Following them would watch a generation that is about to be deleted.
    super({ ignoreInitial: true, depth: 0, followSymlinks: false });
    this.add(directory);
  }

  override _throttle(
    ...[what, path, ms]: Parameters<FSWatcher['_throttle']>
  ): ReturnType<FSWatcher['_throttle']> {
    return what === 'readdir' ? false : super._throttle(what, path, ms);
  }
}
