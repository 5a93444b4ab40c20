// Talking to the server. An answer counts only when it is the JSON that was
// asked for: a captive portal's page with status 200 is a failure.

export interface State {
  epoch: number;
  seq: number;
  saved?: string;
  deadline: string;
  now: string;
  ended?: boolean;
  sheet?: Record<string, { c?: number[]; n?: string; t?: string[]; f?: boolean }>;
}

export type Refusal = "offline" | "busy" | "signin" | "taken" | "ended" | "refused";

export class Refused extends Error {
  constructor(readonly why: Refusal, readonly text = "", readonly position = 0) {
    super(why);
  }
}

const patience = 15_000;

export async function post(path: string, body: unknown): Promise<State> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patience);
  let response: Response;
  try {
    response = await fetch(path, {
      method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", Accept: "application/json" },
      credentials: "same-origin", keepalive: true, redirect: "error", signal: abort.signal,
    });
  } catch {
    throw new Refused("offline");
  } finally {
    clearTimeout(timer);
  }
  let data: Record<string, unknown>;
  try {
    data = (await response.json()) as Record<string, unknown>;
  } catch {
    throw new Refused(response.ok ? "offline" : "busy");
  }
  if (response.ok && typeof data.epoch === "number" && typeof data.seq === "number") return data as unknown as State;
  const args = (data.args || {}) as { P?: number };
  throw new Refused(reason(response.status, String(data.error)), String(data.text || ""), Number(args.P || 0));
}

function reason(status: number, key: string): Refusal {
  if (status === 401) return "signin";
  if (key === "attempt.taken_over") return "taken";
  if (key === "attempt.ended" || key === "attempt.too_late") return "ended";
  if (status >= 500 || status === 429) return "busy";
  return "refused";
}
