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
    change.c = this.inputs().filter((i) => i.checked).map((i) => Number(i.value)).sort((a, b) => a - b);
    return change.c.length ? change : { p: this.p, k: "clear" };
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
  show(answer: { c?: number[]; n?: string }): void {
    const chosen = answer.c || [];
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
