/** What a check found. `degraded` names what is reduced though the service can work. */
export interface Finding {
  readonly ok: boolean;
  readonly degraded?: boolean;
  readonly detail: string;
}

export type Check = () => Promise<Finding>;

/** The answer of `/health/ready`. */
export interface Report {
  readonly ready: boolean;
  readonly degraded: readonly string[];
  readonly checks: Readonly<Record<string, Finding>>;
}

interface Entry {
  readonly check: Check;
  readonly needed: boolean;
  lastOk?: number;
}

/** How long a part that once worked may be silent before it costs readiness, and how long a check may take. */
const GRACE = 10_000;
const ANSWER_WITHIN = 2_000;
const FRESH = 1_000;

/** What must work for this process to take requests: progress, asked of each part when somebody wants to know. */
export class Readiness {
  readonly #entries = new Map<string, Entry>();
  #stopping = false;
  #latest?: { at: number; report: Promise<Report> };

  /** Adds a part. One that is not `needed` (Kafka) is told of when it fails, and costs nothing else. */
  register(name: string, check: Check, needed = true): void {
    this.#entries.set(name, { check, needed });
  }

  /** From now on not ready, whatever works: the process is about to stop. */
  stop(): void {
    this.#stopping = true;
    this.#latest = undefined;
  }

  /** Asks every part at once, at most once a second however many ask. `now` in epoch milliseconds. */
  report(now: number): Promise<Report> {
    if (!this.#latest || now - this.#latest.at >= FRESH) this.#latest = { at: now, report: this.#ask(now) };
    return this.#latest.report;
  }

  async #ask(now: number): Promise<Report> {
    const entries = [...this.#entries];
    const findings = await Promise.all(entries.map(([, { check }]) => answered(check)));
    const degraded: string[] = [];
    let ready = !this.#stopping;
    entries.forEach(([name, entry], i) => {
      const { ok, degraded: reduced } = findings[i]!;
      if (ok) entry.lastOk = now;
      if (!ok || reduced) degraded.push(name);
      if (!ok && entry.needed && now - (entry.lastOk ?? -Infinity) >= GRACE) ready = false;
    });
    const stopping: Record<string, Finding> = this.#stopping
      ? { stopping: { ok: false, detail: 'The process is stopping.' } }
      : {};
    return {
      ready,
      degraded,
      checks: { ...stopping, ...Object.fromEntries(entries.map(([name], i) => [name, findings[i]!])) },
    };
  }
}

async function answered(check: Check): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((settle) => {
    timer = setTimeout(
      () => settle({ ok: false, detail: `no answer within ${ANSWER_WITHIN} ms` }),
      ANSWER_WITHIN,
    );
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
