import pg from 'pg';
import { Wakeup } from './wakeup.js';

interface ListenerOptions {
  readonly url: string;
  readonly channel: string;
  readonly wake: () => void;
  readonly onError: (error: unknown) => void;
}

/** One connection that hears of other processes' commits. When it breaks, it is made again; polling bridges the time. */
export class Listener {
  readonly #options: ListenerOptions;
  #client?: pg.Client;
  #started = false;
  #retry?: NodeJS.Timeout;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    void this.#connect();
  }

  /** Ends the connection; a server that does not hear of it is not waited for. */
  async stop(): Promise<void> {
    this.#started = false;
    clearTimeout(this.#retry);
    await Promise.race([
      this.#client?.end().catch(() => {}),
      new Wakeup().after(0, AbortSignal.timeout(1_000)),
    ]);
  }

  async #connect(): Promise<void> {
    const { url, channel, wake, onError } = this.#options;
    const client = new pg.Client({
      connectionString: url,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      application_name: 'slipway listener',
    });
    this.#client = client;
    client.on('notification', wake);
    client.on('error', onError);
    client.once('end', () => this.#again());
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      wake();
    } catch (error) {
      onError(error);
      await client.end().catch(() => {});
      this.#again();
    }
  }

  #again(): void {
    if (!this.#started) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#connect(), 1_000);
  }
}
