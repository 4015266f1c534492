/** The server's slice pictures: one request at a time, the newest wish wins, neighbours are fetched in quiet moments. */

import { getBlob } from "./api";

const KEPT = 24;
const PATIENCE_MS = 150; // an older request that takes longer is given up for a newer wish

export class Pictures {
  private readonly kept = new Map<string, ImageBitmap>();
  private wanted: string | null = null;
  private running: { path: string; since: number; abort: AbortController } | null = null;
  private ahead: string[] = [];

  constructor(
    private readonly show: (path: string, picture: ImageBitmap) => void,
    private readonly fail: (fault: unknown) => void,
  ) {}

  /** Show `path` as soon as it is there; `ahead` are likely next. */
  want(path: string, ahead: string[]): void {
    this.wanted = path;
    this.ahead = ahead;
    const ready = this.kept.get(path);
    if (ready) {
      this.keep(path, ready);
      this.wanted = null;
      this.show(path, ready);
    }
    if (this.running && this.running.path !== path && performance.now() - this.running.since > PATIENCE_MS) this.running.abort.abort();
    void this.next();
  }

  forget(): void {
    this.wanted = null;
    this.ahead = [];
    this.running?.abort.abort();
    for (const picture of this.kept.values()) picture.close();
    this.kept.clear();
  }

  private async next(): Promise<void> {
    if (this.running) return;
    const path = this.wanted ?? this.ahead.find((likely) => !this.kept.has(likely));
    if (!path) return;
    const running = { path, since: performance.now(), abort: new AbortController() };
    this.running = running;
    try {
      this.keep(path, await createImageBitmap(await getBlob(path, running.abort.signal)));
      this.running = null;
    } catch (fault) {
      this.running = null;
      this.ahead = [];
      if (!(fault instanceof DOMException && fault.name === "AbortError")) {
        if (this.wanted === path) this.wanted = null;
        return this.fail(fault);
      }
    }
    const picture = this.kept.get(path);
    if (picture && this.wanted === path) {
      this.wanted = null;
      this.show(path, picture);
    }
    void this.next();
  }

  /** The newest stand last; the oldest are let go. */
  private keep(path: string, picture: ImageBitmap): void {
    this.kept.delete(path);
    this.kept.set(path, picture);
    for (const [oldest, old] of this.kept) {
      if (this.kept.size <= KEPT) break;
      this.kept.delete(oldest);
      old.close();
    }
  }
}
