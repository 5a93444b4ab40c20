// The server is the only clock. The player knows the server's time at one
// moment and counts on with performance.now(), which no change of the
// computer's clock can move.

export class Clock {
  private base = 0;
  private at = 0;
  deadline = 0;

  sync(now: string, deadline: string): void {
    this.base = Date.parse(now);
    this.at = performance.now();
    this.deadline = Date.parse(deadline);
  }

  now(): number {
    return this.base + (performance.now() - this.at);
  }

  left(): number {
    return Math.max(0, this.deadline - this.now());
  }
}

const zone = 7 * 3_600_000; // Vietnam, UTC+7 all year

/** hms shows an instant as hh:mm:ss in Vietnam. */
export function hms(instant: number): string {
  return new Date(instant + zone).toISOString().slice(11, 19);
}
