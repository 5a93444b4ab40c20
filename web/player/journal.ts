// The journal keeps every change on this device until the server has
// acknowledged it. One entry per question and kind of change: a newer change
// replaces an older one that was not sent yet.

export interface Change {
  p: number; // position
  k: "answer" | "clear" | "flag" | "unflag";
  c?: number[];
  n?: string;
}

interface Entry extends Change {
  v: number; // grows with every change, so that an acknowledgement of an older value removes nothing
}

export class Journal {
  private entries: Record<string, Entry> = {};
  private version = 0;
  /** stored is false when the browser refuses to keep anything. */
  stored = true;

  constructor(private readonly key: string) {
    try {
      const text = localStorage.getItem(key);
      if (text) {
        this.entries = JSON.parse(text) as Record<string, Entry>;
        for (const e of Object.values(this.entries)) this.version = Math.max(this.version, e.v);
      }
    } catch {
      this.stored = false;
    }
  }

  put(change: Change): void {
    const part = change.k === "flag" || change.k === "unflag" ? "f" : "a";
    this.entries[part + change.p] = { ...change, v: ++this.version };
    this.write();
  }

  /** pending lists what the server has not acknowledged, oldest first. */
  pending(): Entry[] {
    return Object.values(this.entries).sort((a, b) => a.v - b.v);
  }

  /** acknowledge forgets what was sent, unless it changed meanwhile. */
  acknowledge(sent: Entry[]): void {
    for (const e of sent) {
      const key = (e.k === "flag" || e.k === "unflag" ? "f" : "a") + e.p;
      if (this.entries[key] && this.entries[key].v === e.v) delete this.entries[key];
    }
    this.write();
  }

  private write(): void {
    try {
      if (Object.keys(this.entries).length) localStorage.setItem(this.key, JSON.stringify(this.entries));
      else localStorage.removeItem(this.key);
    } catch {
      this.stored = false;
    }
  }
}
