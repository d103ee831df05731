/** Wakes those who wait for news. A ticket taken before looking makes a wake-up between looking and waiting count. */
export class Wakeup {
  #count = 0;
  #waiting: (() => void)[] = [];

  ticket(): number {
    return this.#count;
  }

  wake(): void {
    this.#count++;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  /** Resolves at the first wake-up after the ticket was taken, when the signal aborts, or after `atMost` milliseconds. */
  after(ticket: number, signal?: AbortSignal, atMost?: number): Promise<void> {
    if (this.#count !== ticket || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const resume = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', resume);
        const at = this.#waiting.indexOf(resume);
        if (at >= 0) this.#waiting.splice(at, 1);
        resolve();
      };
      if (atMost !== undefined) timer = setTimeout(resume, atMost);
      signal?.addEventListener('abort', resume, { once: true });
      this.#waiting.push(resume);
    });
  }
}
