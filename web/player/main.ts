// The exam player: it saves each change, says honestly where the change is,
// and shows one question at a time on a phone. Without it the paper works by
// form posts.

import { Question } from "./answers";
import { Clock, hms } from "./clock";
import { Change, Entry, Journal, keyOf, valueOf } from "./journal";
import { post, Refused, State } from "./server";

type Saving = "luu" | "da" | "may" | "can";

const icons: Record<Saving, string> = {
  luu: '<path d="M3.8 9a6.3 6.3 0 0 1 11-3l1.4 1.6M16.2 11a6.3 6.3 0 0 1-11 3l-1.4-1.6M16.4 4v3.6h-3.6M3.6 16v-3.6h3.6"/>',
  da: '<path d="M4 10.5l4 4 8-9"/>',
  may: '<path d="M3 4.2h14v9.3H3zM7 17h6M10 13.6V17"/><path d="M10 6.4v4M8.3 8.8 10 10.5l1.7-1.7"/>',
  can: '<path d="M10 3l7.6 13.4H2.4zM10 8v4M10 14.2v.1"/>',
};

const debounce = 700;
const shortest = 1_000;
const longest = 30_000;
const longestAtEnd = 4_000; // the grace is short

class Player {
  private readonly words: Record<string, string>;
  private readonly path: string;
  private readonly questions: Question[];
  private readonly situations: HTMLElement[];
  private readonly journal: Journal;
  private readonly clock = new Clock();
  private epoch = 0; // 0: this page has not taken the attempt over yet
  private seq = 0;
  private sending = false;
  private taking?: Promise<boolean>;
  private timer = 0;
  private settling = 0;
  private delay = shortest;
  private offlineSince = "";
  private stopped = false;
  private over = false; // the deadline has passed; what is kept here is still sent for the grace
  private saved = 0;
  private readonly grace: number;
  private readonly known = new Map<string, string>(); // what the server holds, as far as this page knows
  private readonly places = new Map<HTMLSelectElement, string>();

  constructor(private readonly form: HTMLFormElement) {
    const d = form.dataset;
    this.words = JSON.parse(d.words || "{}");
    this.path = "/attempts/" + d.attempt;
    this.questions = Array.from(document.querySelectorAll<HTMLElement>(".q")).map((e) => new Question(e));
    this.situations = Array.from(document.querySelectorAll<HTMLElement>(".sit"));
    this.journal = new Journal("sathach:" + d.attempt + ":" + d.who);
    this.grace = Number(d.grace || 0);
    this.clock.sync(d.now || "", d.deadline || "");
    for (const q of this.questions) this.learnOf(q.p, q.read(), q.flagBox().checked);
  }

  start(): void {
    document.documentElement.classList.add("js");
    for (const e of [...this.journal.pending(), ...this.journal.refused(), ...this.journal.drafts()]) this.showChange(e);
    this.questions.forEach((q) => this.watch(q));
    this.wireButtons();
    this.turnTo(this.fromHash());
    this.draw();
    if (!this.journal.stored) this.say("may", this.words["player.storage"]);
    void this.takeOver();
    this.tick(Date.parse(this.form.dataset.start || ""));
  }

  // Changes.

  private watch(q: Question): void {
    q.element.addEventListener("change", (event) => {
      const target = event.target as HTMLInputElement;
      if (target === q.flagBox()) {
        this.keep({ p: q.p, k: target.checked ? "flag" : "unflag" });
        return;
      }
      if (q.kind === "ordering") {
        const select = event.target as HTMLSelectElement;
        q.settleOrder(select, this.places.get(select) || "");
        q.element.querySelectorAll("select").forEach((s) => this.places.set(s, s.value));
      }
      this.keepAnswer(q);
    });
    q.element.addEventListener("input", (event) => {
      if (q.typed() && (event.target as HTMLInputElement).type === "text") this.keepAnswer(q);
    });
    q.element.querySelectorAll("select").forEach((s) => this.places.set(s, s.value));
  }

  private keepAnswer(q: Question): void {
    this.keep(q.read());
  }

  private keep(change: Change): void {
    this.journal.put(change, this.known.get(keyOf(change)) || "");
    this.draw();
    if (this.stopped || this.offlineSince) return;
    if (!this.journal.pending().length) {
      this.sayWhatIsLeft();
      return;
    }
    this.say("luu", this.words["save.saving"]);
    this.later(debounce);
  }

  private showChange(change: Change): void {
    const q = this.questions[change.p - 1];
    if (!q) return;
    if (change.k === "flag" || change.k === "unflag") q.flagBox().checked = change.k === "flag";
    else q.show(change.k === "clear" ? {} : change);
  }

  // Saving.

  private later(ms: number): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.flush(), ms);
  }

  /** takeOver makes this page the one that may write, once at a time, then sends what is kept here. */
  private takeOver(): Promise<boolean> {
    if (!this.taking) this.taking = this.tryTakeOver();
    return this.taking;
  }

  private async tryTakeOver(): Promise<boolean> {
    try {
      const state = await post(this.path + "/takeover", {});
      this.epoch = state.epoch;
      this.seq = state.seq;
      this.stopped = false;
      this.note("can", "");
      this.questions.forEach((q) => q.freeze(this.over));
      this.reconcile(state);
      this.learn(state);
    } catch (e) {
      this.failed(e);
      return false;
    } finally {
      this.taking = undefined;
    }
    return this.flush();
  }

  /**
   * reconcile shows what the server holds, except where this device holds
   * something newer. Where another device answered since this one last knew,
   * that answer stays and the person is told.
   */
  private reconcile(state: State): void {
    const sheet = state.sheet || {};
    for (const q of this.questions) {
      const entry = sheet[String(q.p)] || {};
      this.learnOf(q.p, entry, Boolean(entry.f));
    }
    const overruled: number[] = [];
    for (const e of this.journal.pending()) {
      const held = this.known.get(keyOf(e)) || "";
      if (held !== valueOf(e) && e.base.includes(held)) continue;
      this.journal.drop(e);
      if (held !== valueOf(e) && (e.k === "answer" || e.k === "clear")) overruled.push(e.p);
    }
    const kept = new Set([...this.journal.pending(), ...this.journal.refused()].map(keyOf));
    for (const e of this.journal.drafts()) kept.add("a" + e.p);
    for (const q of this.questions) {
      const entry = sheet[String(q.p)] || {};
      if (!kept.has("a" + q.p)) q.show(entry);
      if (!kept.has("f" + q.p)) q.flagBox().checked = Boolean(entry.f);
    }
    if (overruled.length) this.note("kept", this.at("player.kept_other", overruled));
    this.draw();
  }

  /** learnOf notes what the server holds of one question. */
  private learnOf(p: number, answer: { c?: number[]; n?: string; t?: string[] }, flagged: boolean): void {
    this.known.set("a" + p, valueOf({ c: answer.c, n: answer.n, t: answer.t }));
    this.known.set("f" + p, flagged ? "flag" : "unflag");
  }

  /** flush sends everything that is pending; true when nothing is left. */
  private async flush(): Promise<boolean> {
    if (this.sending || this.stopped) return false;
    if (!this.epoch) return this.takeOver();
    const batch = this.journal.pending();
    if (!batch.length) {
      this.sayWhatIsLeft();
      return true;
    }
    this.sending = true;
    try {
      await this.send(batch);
    } catch (e) {
      this.sending = false;
      this.failed(e);
      return false;
    }
    this.sending = false;
    if (this.journal.pending().length) this.later(debounce);
    return this.journal.pending().length === 0;
  }

  private async send(batch: Entry[]): Promise<void> {
    this.journal.sending(batch);
    // Fresh numbers each time: a batch whose answer was lost may be sent
    // again with newer values.
    const events = batch.map((e) => ({ s: ++this.seq, p: e.p, k: e.k, c: e.c, n: e.n, t: e.t }));
    const state = await post(this.path + "/events", { epoch: this.epoch, events });
    if (state.seq < this.seq) throw new Refused("offline");
    for (const e of batch) this.known.set(keyOf(e), valueOf(e));
    this.journal.acknowledge(batch);
    this.learn(state);
  }

  private learn(state: State): void {
    this.clock.sync(state.now, state.deadline);
    this.delay = shortest;
    this.offlineSince = "";
    this.note("may", "");
    if (!this.journal.refused().length) this.note("can", "");
    if (state.saved) this.saved = Date.parse(state.saved);
    if (!this.journal.pending().length) this.sayWhatIsLeft();
    this.draw();
  }

  /** sayWhatIsLeft says that all is saved, or which question needs the person. */
  private sayWhatIsLeft(): void {
    const refused = this.journal.refused();
    const begun = this.questions.filter((q) => q.read().k === "draft");
    if (refused.length) this.say("can", this.at("player.refused_at", refused.map((e) => e.p)));
    else if (begun.length) this.say("can", this.at("player.incomplete_at", begun.map((q) => q.p)));
    else if (this.saved) this.say("da", this.words["save.saved"] + " " + hms(this.saved));
  }

  private at(word: string, positions: number[]): string {
    return this.words[word].replace("%p%", positions.sort((a, b) => a - b).join(", "));
  }

  private failed(e: unknown): void {
    const refused = e instanceof Refused ? e : new Refused("offline");
    switch (refused.why) {
      case "signin":
        this.stop("player.sign_in", "player.sign_in_act", "/signin?back=" + encodeURIComponent(location.pathname + location.hash));
        return;
      case "taken":
        this.stop("player.taken_over", "player.taken_over_act", "");
        this.questions.forEach((q) => q.freeze()); // as the other page was promised
        return;
      case "ended":
        this.finish();
        return;
      case "refused":
        if (this.journal.refuse(refused.position)) {
          this.note("can", refused.text);
          this.later(0);
          return;
        }
        this.stopped = true;
        this.say("can", this.words["save.need_you"]);
        this.note("can", refused.text, this.words["player.taken_over_act"], "");
        return;
    }
    if (!this.offlineSince) this.offlineSince = hms(this.clock.now()).slice(0, 5);
    this.say("may", this.words["save.kept"]);
    this.note("may", refused.why === "busy" ? this.words["player.failed"] : this.words["player.offline"].replace("%since%", this.offlineSince));
    this.draw();
    this.delay = Math.min(this.over ? longestAtEnd : longest, this.delay * 2);
    this.later(this.delay * (0.5 + Math.random() / 2));
  }

  /** stop waits for the person: only they can go on. */
  private stop(text: string, act: string, href: string): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.say("can", this.words["save.need_you"] + ": " + this.words[act]);
    this.note("can", this.words[text], this.words[act], href);
  }

  /** timeUp freezes the paper and goes on sending until all is saved or the grace has passed. */
  private timeUp(): void {
    this.over = true;
    this.questions.forEach((q) => q.freeze());
    this.later(0);
    const settle = () => {
      const past = this.clock.now() - this.clock.deadline;
      if (past >= this.grace || (!this.stopped && !this.journal.pending().length)) this.finish();
      else if (!this.stopped) this.note("may", this.words["player.closing"]);
    };
    this.settling = window.setInterval(settle, 1_000);
    settle();
  }

  private finish(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearInterval(this.settling);
    this.questions.forEach((q) => q.freeze());
    const unsent = new Set(this.journal.pending().map((e) => e.p));
    this.note("may", "");
    this.say("can", this.words["player.time_up"]);
    this.note("can", unsent.size ? this.at("player.ended_unsent", [...unsent]) : this.words["player.ended"], this.words["player.ended_act"], this.path + "/receipt");
    this.draw();
  }

  // What the person sees.

  private say(state: Saving, text: string): void {
    const save = document.getElementById("save")!;
    if (save.dataset.s === state && save.textContent === text) return;
    save.dataset.s = state;
    save.innerHTML = '<svg class="i" viewBox="0 0 20 20" aria-hidden="true">' + icons[state] + "</svg>";
    const span = document.createElement("span");
    span.textContent = text;
    save.append(span);
  }

  private note(which: "may" | "can" | "kept", text: string, act = "", href = ""): void {
    const box = document.getElementById("note-" + which)!;
    const news = box.hidden && text !== "";
    box.hidden = !text;
    document.getElementById("note-" + which + "-text")!.textContent = text;
    if (which !== "can" || !text) return;
    const link = document.getElementById("note-can-act") as HTMLAnchorElement;
    link.hidden = !act;
    link.textContent = act;
    link.href = href || "#";
    if (news) box.scrollIntoView({ block: "center" }); // on a wide screen it stands far above
    link.onclick = href ? null : (event) => {
      event.preventDefault();
      this.stopped = false;
      this.epoch = 0;
      void this.takeOver();
    };
  }

  private draw(): void {
    const unsent = new Set(this.journal.pending().map((e) => e.p));
    const refused = new Set(this.journal.refused().map((e) => e.p));
    let done = 0;
    for (const q of this.questions) {
      q.hint();
      const cell = document.querySelector<HTMLElement>('.cell[data-p="' + q.p + '"]')!;
      const answered = q.answered();
      if (answered) done++;
      cell.classList.toggle("da", answered);
      cell.classList.toggle("co", q.flagBox().checked);
      cell.classList.toggle("chua", refused.has(q.p) || (unsent.has(q.p) && (this.offlineSince !== "" || this.stopped)));
      const words = [this.words[answered ? "cell.answered" : "cell.blank"]];
      if (q.flagBox().checked) words.push(this.words["cell.flagged"]);
      if (cell.classList.contains("chua")) words.push(this.words["cell.unsent"]);
      cell.querySelector(".vh")!.textContent = ", " + words.join(", ");
    }
    document.getElementById("count")!.textContent = this.words["player.answered"].replace("%done%", String(done)).replace("%all%", String(this.questions.length));
  }

  private fromHash(): number {
    const found = /^#q(\d+)$/.exec(location.hash);
    return found ? Math.min(Math.max(1, Number(found[1])), this.questions.length) : 1;
  }

  private turnTo(p: number): void {
    for (const q of this.questions) q.element.classList.toggle("is-on", q.p === p);
    for (const s of this.situations) s.classList.toggle("is-on", Number(s.dataset.first) <= p && p <= Number(s.dataset.last));
    document.querySelectorAll<HTMLElement>(".cell[data-p]").forEach((cell) => {
      if (cell.dataset.p === String(p)) cell.setAttribute("aria-current", "true");
      else cell.removeAttribute("aria-current");
    });
  }

  private wireButtons(): void {
    window.addEventListener("hashchange", () => {
      this.openList(false);
      this.turnTo(this.fromHash());
      this.questions[this.fromHash() - 1].element.focus();
      // Whoever comes to the first question about a situation begins with its text.
      document.getElementById("s" + this.fromHash())?.scrollIntoView();
    });
    window.addEventListener("online", () => this.later(0));
    document.addEventListener("visibilitychange", () => this.later(0));
    window.addEventListener("beforeunload", (event) => {
      if (!this.journal.stored && this.journal.pending().length) event.preventDefault();
    });
    document.getElementById("list")!.addEventListener("click", () => this.openList(!document.getElementById("navi")!.classList.contains("is-open")));
    document.getElementById("close")!.addEventListener("click", () => this.openList(false));
    document.getElementById("hide")!.addEventListener("click", (event) => this.hideClock(event.target as HTMLElement));
    document.getElementById("cells")!.addEventListener("keydown", (event) => this.arrows(event));
    document.querySelectorAll<HTMLElement>("[data-clear]").forEach((b) =>
      b.addEventListener("click", () => {
        const q = this.questions[Number(b.dataset.clear) - 1];
        q.show({});
        this.keepAnswer(q);
      }),
    );
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.review();
    });
    this.textSize();
  }

  /** review goes on only when everything is with the server. */
  private async review(): Promise<void> {
    for (let tries = 0; tries < 20 && this.sending; tries++) await new Promise((done) => setTimeout(done, 100));
    if (this.journal.pending().length === 0 || (await this.flush())) location.assign(this.path + "/review");
    else {
      this.openList(false);
      if (this.offlineSince) this.note("may", this.words["player.review_offline"].replace("%time%", hms(this.clock.deadline).slice(0, 5)));
      document.getElementById("note-may")!.scrollIntoView({ block: "center" });
    }
  }

  private openList(open: boolean): void {
    document.getElementById("navi")!.classList.toggle("is-open", open);
    document.querySelector(".exam-side")!.classList.toggle("is-open", open);
    document.getElementById("list")!.setAttribute("aria-expanded", String(open));
  }

  private hideClock(button: HTMLElement): void {
    const off = document.querySelector(".timer")!.classList.toggle("is-off");
    button.textContent = this.words[off ? "player.show_clock" : "paper.hide_clock"];
  }

  /** arrows move inside the cells. */
  private arrows(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 5, ArrowUp: -5 }[event.key];
    const cells = Array.from(document.querySelectorAll<HTMLElement>(".cell[data-p]"));
    const at = cells.indexOf(document.activeElement as HTMLElement);
    if (!step || at < 0 || !cells[at + step]) return;
    event.preventDefault();
    cells[at + step].focus();
  }

  private textSize(): void {
    const select = document.getElementById("size") as HTMLSelectElement;
    const apply = () => {
      if (select.value) document.documentElement.dataset.size = select.value;
      else delete document.documentElement.dataset.size;
    };
    try {
      select.value = localStorage.getItem("sathach:size") || "";
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    apply();
    select.addEventListener("change", () => {
      apply();
      try {
        localStorage.setItem("sathach:size", select.value);
      } catch {
        // As above.
      }
    });
  }

  /** tick shows the time left: minutes, and seconds in the last two. */
  private tick(began: number): void {
    const spoken = new Set<string>();
    const whole = this.clock.deadline - began;
    const say = (key: string, minutes: number) => {
      if (spoken.has(key)) return;
      spoken.add(key);
      this.announce(this.words[key].replace("%done%", String(minutes)));
    };
    const marks: Array<[string, number]> = [["player.half", whole / 2], ["player.ten", 600_000], ["player.five", 300_000], ["player.one", 60_000]];
    for (const [key, at] of marks) if (this.clock.left() <= at - 1_000) spoken.add(key);
    const step = () => {
      const left = this.clock.left();
      const minutes = left / 60_000;
      const text = left < 120_000 ? this.words["player.seconds"].replace("%done%", String(Math.ceil(left / 1000))) : this.words["player.minutes"].replace("%done%", String(Math.ceil(minutes)));
      document.querySelector("#left b")!.textContent = text;
      for (const [key, at] of marks) if (left <= at) say(key, Math.ceil(minutes));
      if (left < 300_000) document.querySelector(".timer")!.classList.remove("is-off");
      if (left > 0) return;
      clearInterval(beat);
      this.timeUp();
    };
    const beat = window.setInterval(step, 1_000);
    step();
  }

  private announce(text: string): void {
    let live = document.getElementById("live");
    if (!live) {
      live = document.createElement("p");
      live.id = "live";
      live.className = "vh";
      live.setAttribute("role", "status");
      document.body.append(live);
    }
    live.textContent = text;
  }
}

const form = document.getElementById("exam") as HTMLFormElement | null;
if (form) new Player(form).start();
