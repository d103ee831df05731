import type { ServiceName } from '#events';
import { answering } from './child.js';
import { startProduct } from './product.js';

/** The product, or one service of it, in a process of its own, until it is told to go. */
await answering(async ({ url, folder, only }: { url: string; folder: string; only?: ServiceName }) => {
  const { running, developer } = await startProduct(url, folder, only);
  return { ready: { url: running.url, token: developer }, work: () => running.stop() };
});
