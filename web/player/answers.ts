// Reading answers from the page and writing them to it.

import type { Change } from "./journal";

export class Question {
  readonly p: number;
  readonly kind: string;

  constructor(readonly element: HTMLElement) {
    this.p = Number(element.dataset.p);
    this.kind = String(element.dataset.kind);
  }

  private inputs(): HTMLInputElement[] {
    return Array.from(this.element.querySelectorAll<HTMLInputElement>("fieldset input"));
  }

  private selects(): HTMLSelectElement[] {
    return Array.from(this.element.querySelectorAll<HTMLSelectElement>("select"));
  }

  private gaps(): Array<HTMLInputElement | HTMLSelectElement> {
    return Array.from(this.element.querySelectorAll<HTMLInputElement | HTMLSelectElement>("fieldset [data-o]"));
  }

  /** typed tells a question in which answers change letter by letter. */
  typed(): boolean {
    return this.kind === "numeric" || this.kind === "shortanswer" || this.kind === "gap";
  }

  /** read is the change that the page shows now: a draft while an order is not complete. */
  read(): Change {
    const change: Change = { p: this.p, k: "answer" };
    if (this.kind === "numeric") {
      change.n = this.inputs()[0].value.trim();
      return change.n ? change : { p: this.p, k: "clear" };
    }
    if (this.kind === "ordering") return this.order();
    if (this.kind === "matching") {
      change.c = this.selects().sort(byOption).map((s) => (s.value === "" ? -1 : Number(s.value)));
      return change.c.some((c) => c >= 0) ? change : { p: this.p, k: "clear" };
    }
    if (this.kind === "matrix") {
      change.c = this.statements();
      return change.c.some((c) => c >= 0) ? change : { p: this.p, k: "clear" };
    }
    if (this.kind === "shortanswer") {
      change.t = [this.inputs()[0].value.trim()];
      return change.t[0] ? change : { p: this.p, k: "clear" };
    }
    if (this.kind === "gap") {
      const gaps = this.gaps();
      change.t = gaps.map((g) => (g.tagName === "INPUT" ? g.value.trim() : ""));
      change.c = gaps.map((g) => (g.tagName === "SELECT" && g.value !== "" ? Number(g.value) : -1));
      return change.t.some((t) => t !== "") || change.c.some((c) => c >= 0) ? change : { p: this.p, k: "clear" };
    }
    change.c = this.inputs().filter((i) => i.checked).map((i) => Number(i.value)).sort((a, b) => a - b);
    return change.c.length ? change : { p: this.p, k: "clear" };
  }

  /** statements is what was said of each statement of a matrix, -1 where nothing was. */
  private statements(): number[] {
    const said: number[] = [];
    for (const i of this.inputs()) {
      const at = Number(i.dataset.o);
      if (said[at] === undefined) said[at] = -1;
      if (i.checked) said[at] = Number(i.value);
    }
    return said;
  }

  private order(): Change {
    const selects = this.selects();
    const order = selects.map(() => -1);
    for (const s of selects) if (s.value !== "") order[Number(s.value)] = Number(s.dataset.o);
    if (order.every((o) => o < 0)) return { p: this.p, k: "clear" };
    return { p: this.p, k: order.includes(-1) ? "draft" : "answer", c: order };
  }

  /** settleOrder gives the place just taken from another line to that line's old place. */
  settleOrder(changed: HTMLSelectElement, before: string): void {
    for (const other of this.selects()) {
      if (other !== changed && changed.value !== "" && other.value === changed.value) other.value = before;
    }
    const rest = this.selects().filter((s) => s.value === "");
    if (rest.length === 1) {
      const used = new Set(this.selects().map((s) => s.value));
      for (let i = 0; i < this.selects().length; i++) if (!used.has(String(i))) rest[0].value = String(i);
    }
  }

  /** show puts an answer on the page. */
  show(answer: { c?: number[]; n?: string; t?: string[] }): void {
    const chosen = answer.c || [];
    const texts = answer.t || [];
    if (this.kind === "matrix") {
      for (const i of this.inputs()) i.checked = chosen[Number(i.dataset.o)] === Number(i.value);
      return;
    }
    if (this.kind === "shortanswer" || this.kind === "gap") {
      for (const g of this.gaps()) {
        const at = Number(g.dataset.o);
        const value = g.tagName === "INPUT" ? texts[at] : chosen[at] >= 0 ? String(chosen[at]) : "";
        g.value = value || "";
      }
      return;
    }
    if (this.kind === "numeric") {
      this.inputs()[0].value = answer.n || "";
      return;
    }
    for (const s of this.selects()) {
      const option = Number(s.dataset.o);
      const value = this.kind === "ordering" ? chosen.indexOf(option) : chosen[option];
      s.value = value === undefined || value < 0 ? "" : String(value);
    }
    for (const i of this.inputs()) i.checked = chosen.includes(Number(i.value));
  }

  answered(): boolean {
    return this.read().k === "answer";
  }

  /** hint says that an order is not complete yet. */
  hint(): void {
    const line = document.getElementById(this.element.id + "h");
    if (line) line.hidden = this.read().k !== "draft";
  }

  flagBox(): HTMLInputElement {
    return this.element.querySelector<HTMLInputElement>(".flagit input")!;
  }

  freeze(frozen = true): void {
    this.element.querySelectorAll<HTMLInputElement>("input,select,button").forEach((i) => (i.disabled = frozen));
  }
}

function byOption(a: HTMLSelectElement, b: HTMLSelectElement): number {
  return Number(a.dataset.o) - Number(b.dataset.o);
}
