import { PostgresEventStore } from '#events';
import { appendTo, type Load } from './appending.js';
import { answering } from './child.js';

/** A process that appends, one of several at once. */
await answering(async ({ url, load }: { url: string; load: Load }) => {
  const store = new PostgresEventStore({ url });
  await appendTo(store, { ...load, name: `${load.name}w`, seconds: 0.5 });
  return { work: () => appendTo(store, load) };
});
