import { getEventListeners } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Wakeup } from './wakeup.js';

/** Whether a wait is over after everything that is due has run. */
async function isOver(wait: Promise<void>): Promise<boolean> {
  let over = false;
  void wait.then(() => (over = true));
  await turn();
  return over;
}

describe('a wake-up', () => {
  test('ends every wait', async () => {
    const news = new Wakeup();
    const waits = [news.after(news.ticket()), news.after(news.ticket())];
    expect(await isOver(Promise.race(waits))).toBe(false);
    news.wake();
    expect(await isOver(Promise.all(waits).then(() => {}))).toBe(true);
  });

  test('between looking and waiting is not missed', async () => {
    const news = new Wakeup();
    const ticket = news.ticket();
    news.wake();
    expect(await isOver(news.after(ticket))).toBe(true);
  });

  test('before looking does not count', async () => {
    const news = new Wakeup();
    news.wake();
    expect(await isOver(news.after(news.ticket()))).toBe(false);
  });

  test('is not needed once the signal aborts, before or while waiting', async () => {
    const news = new Wakeup();
    const stop = new AbortController();
    const wait = news.after(news.ticket(), stop.signal);
    expect(await isOver(wait)).toBe(false);
    stop.abort();
    expect(await isOver(wait)).toBe(true);
    expect(await isOver(news.after(news.ticket(), stop.signal))).toBe(true);
  });

  test('is waited for no longer than asked', async () => {
    const news = new Wakeup();
    const began = performance.now();
    await news.after(news.ticket(), undefined, 20);
    expect(performance.now() - began).toBeGreaterThan(15);
  });

  test('leaves nothing behind on the signal', async () => {
    const news = new Wakeup();
    const stop = new AbortController();
    for (let i = 0; i < 20; i++) {
      const wait = news.after(news.ticket(), stop.signal, 1_000);
      news.wake();
      await wait;
    }
    await news.after(news.ticket(), stop.signal, 1);
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });
});
