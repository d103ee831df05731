import type { Provider } from '@nestjs/common';
import {
  type Broker,
  contracts,
  type Database,
  type Due,
  type EventStore,
  type Follower,
  logSource,
  type Observer,
  ownerOf,
  type ServiceName,
  type Source,
} from '#events';
import { DATABASE, type Migration, ServiceDatabase } from './database.js';
import { Following } from './following.js';
import type { Log } from './log.js';

/** Something that runs until the signal aborts, and is run again when it ends in an error. */
export interface Loop {
  readonly name: string;
  /** `gotOn` tells that it gets on, which ends what was said of its trouble. */
  readonly run: (signal: AbortSignal, gotOn: () => void) => Promise<void>;
}

/** Carries events between services that run apart: gives what to read, and what publishes a service's own events. */
export interface Bus {
  readonly broker: Broker;
  source(service: ServiceName, store: EventStore): Source;
  loops(service: ServiceName, db: Database, store: EventStore): readonly Loop[];
  /** Why it does not carry at the moment; undefined when it does. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

export interface PlatformOptions {
  readonly databaseUrl: string;
  readonly store: EventStore;
  readonly bus?: Bus;
  readonly log: Log;
  readonly observer: Observer;
}

/** What all services of a process share: the log, the bus, and the list of who follows. */
export class Platform {
  readonly store: EventStore;
  readonly bus?: Bus;
  readonly followings: Following[] = [];
  readonly #options: PlatformOptions;
  readonly #databases: ServiceDatabase[] = [];

  constructor(options: PlatformOptions) {
    this.#options = options;
    this.store = options.store;
    this.bus = options.bus;
  }

  /** Opens a service's database and brings its schema up to date. */
  async database(service: ServiceName, migrations: readonly Migration[]): Promise<Database> {
    const database = new ServiceDatabase(this.#options.databaseUrl, service, migrations);
    this.#databases.push(database);
    return database.open();
  }

  /** Sets up what follows for a service. Its own events come from the log, those of others from the bus if there is one. */
  following(service: ServiceName, db: Database, { followers, fire, loops = [] }: Followed): Following {
    const { store, bus, observer, log } = this.#options;
    const own = bus ? typesOf(service) : undefined;
    const following = new Following({
      service,
      db,
      store,
      followers,
      sources: [
        { source: logSource(store, own), followers },
        ...(bus
          ? [{ source: bus.source(service, store), followers: followers.filter(listensTo(service)) }]
          : []),
      ],
      loops: [...(bus?.loops(service, db, store) ?? []), ...loops],
      fire,
      carried: bus !== undefined,
      observer,
      onTrouble: (loop, error) => log.warn({ loop, err: error }, 'A loop is in trouble and will try again.'),
    });
    this.followings.push(following);
    return following;
  }

  /** Closes what is left when nothing uses it any more: carrier, log, databases. */
  async close(): Promise<void> {
    await this.bus?.close();
    await this.store.close();
    await Promise.all(this.#databases.map((database) => database.close()));
  }
}

type Fire = (due: Due) => Promise<void>;

interface Followed {
  readonly followers: readonly Follower[];
  readonly fire?: Fire;
  readonly loops?: readonly Loop[];
}

/** Followers that want events of other services. */
const listensTo =
  (service: ServiceName) =>
  ({ types }: Follower): boolean =>
    [...types].some((type) => ownerOf(type) !== service);

const typesOf = (service: ServiceName): Set<string> =>
  new Set([...contracts.keys()].filter((type) => ownerOf(type) === service));

/** What a service brings along: its tables, what follows, and what it does when deadlines come. */
export interface ServiceParts {
  readonly service: ServiceName;
  readonly migrations: readonly Migration[];
  readonly followers: (store: EventStore, db: Database) => readonly Follower[];
  readonly fire?: (store: EventStore, db: Database) => Fire;
  /** Loops that need the bus; none of them runs without one. */
  readonly loops?: (store: EventStore, db: Database, bus: Bus) => readonly Loop[];
}

/** The providers of a service's module: its own database, and its loops. */
export function serviceProviders({ service, migrations, followers, fire, loops }: ServiceParts): Provider[] {
  return [
    {
      provide: DATABASE,
      inject: [Platform],
      useFactory: (platform: Platform) => platform.database(service, migrations),
    },
    {
      provide: Following,
      inject: [Platform, DATABASE],
      useFactory: (platform: Platform, db: Database) =>
        platform.following(service, db, {
          followers: followers(platform.store, db),
          fire: fire?.(platform.store, db),
          loops: platform.bus && loops?.(platform.store, db, platform.bus),
        }),
    },
  ];
}
