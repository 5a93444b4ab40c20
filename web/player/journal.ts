// The journal keeps every change on this device until the server has
// acknowledged it. One entry per question and kind of change: a newer change
// replaces an older one that was not sent yet.

export interface Change {
  p: number; // position
  k: "answer" | "clear" | "flag" | "unflag" | "draft";
  c?: number[];
  n?: string;
  t?: string[];
}

export interface Entry extends Change {
  v: number; // grows with every change, so that an acknowledgement of an older value removes nothing
  base: string[]; // what the server may hold as far as this device knows: its value before, and what was sent since
  refused?: boolean; // the server cannot keep it; only another answer helps
}

/** part tells apart the changes of one question that do not replace one another. */
function part(k: Change["k"]): string {
  if (k === "draft") return "d";
  return k === "flag" || k === "unflag" ? "f" : "a";
}

export function keyOf(change: Change): string {
  return part(change.k) + change.p;
}

/** valueOf is what a change makes of its question, as text to compare; blank for no answer. */
export function valueOf(change: { k?: Change["k"]; c?: number[]; n?: string; t?: string[] }): string {
  if (change.k === "flag" || change.k === "unflag") return change.k;
  const chosen = (change.c || []).some((c) => c >= 0) ? change.c : [];
  const texts = (change.t || []).some((t) => t !== "") ? change.t : [];
  return chosen!.length || texts!.length || change.n ? JSON.stringify([chosen, change.n || "", texts]) : "";
}

export class Journal {
  private entries: Record<string, Entry> = {};
  private version = 0;
  /** stored is false when the browser refuses to keep anything. */
  stored = true;

  constructor(private readonly name: string) {
    try {
      const text = localStorage.getItem(name);
      if (text) {
        this.entries = JSON.parse(text) as Record<string, Entry>;
        for (const e of Object.values(this.entries)) this.version = Math.max(this.version, e.v);
      }
    } catch {
      this.stored = false;
    }
  }

  /** put keeps a change; known is the value that the server holds of it. */
  put(change: Change, known: string): void {
    const key = keyOf(change);
    const old = this.entries[key];
    this.entries[key] = { ...change, v: ++this.version, base: old ? old.base : [known] };
    if (key[0] === "a") delete this.entries["d" + change.p]; // an order begun is complete, or given up
    this.write();
  }

  /** pending lists what the server has not acknowledged, oldest first. */
  pending(): Entry[] {
    return this.all().filter((e) => e.k !== "draft" && !e.refused);
  }

  /** drafts are orders that were begun; refused is what the server cannot keep. */
  drafts(): Entry[] {
    return this.all().filter((e) => e.k === "draft");
  }

  refused(): Entry[] {
    return this.all().filter((e) => e.refused);
  }

  /** sending notes that the server may hold these values from now on. */
  sending(batch: Entry[]): void {
    for (const e of batch) if (!e.base.includes(valueOf(e))) e.base.push(valueOf(e));
    this.write();
  }

  /** acknowledge forgets what was sent, unless it changed meanwhile. */
  acknowledge(sent: Entry[]): void {
    for (const e of sent) {
      const kept = this.entries[keyOf(e)];
      if (kept && kept.v === e.v) delete this.entries[keyOf(e)];
      else if (kept) kept.base = [valueOf(e)];
    }
    this.write();
  }

  /** refuse keeps the answer to a question apart, so that everything else can be sent. */
  refuse(position: number): boolean {
    const e = this.entries["a" + position];
    if (!e || e.refused) return false;
    e.refused = true;
    this.write();
    return true;
  }

  /** drop forgets a change. */
  drop(change: Change): void {
    delete this.entries[keyOf(change)];
    this.write();
  }

  private all(): Entry[] {
    return Object.values(this.entries).sort((a, b) => a.v - b.v);
  }

  private write(): void {
    try {
      if (Object.keys(this.entries).length) localStorage.setItem(this.name, JSON.stringify(this.entries));
      else localStorage.removeItem(this.name);
    } catch {
      this.stored = false;
    }
  }
}
