import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { serviceNames } from '#events';
import { readConfig } from '#service/config';
import { services as modules } from '../apps/slipway/src/services.js';
import { type Compose, type ComposeService, interpolate, Missing, readCompose } from './support/compose.js';
import { type DeclaredRoute, routesIn } from './support/declaredRoutes.js';

const at = (path: string) => new URL(`../${path}`, import.meta.url);
const read = (path: string) => readFileSync(at(path), 'utf8');
const password = { POSTGRES_PASSWORD: 'correcthorse' };
const compose: Compose = readCompose(at('docker-compose.yml'), password);
const all = Object.entries(compose.services);
const ours = serviceNames.map((name) => [name, compose.services[name]!] as const);
const dockerfile = read('Dockerfile');

/** Those for whom a rule does not hold. */
const breaking = (rule: (service: ComposeService, name: string) => boolean) =>
  all.filter(([name, service]) => !rule(service, name)).map(([name]) => name);

describe('docker-compose.yml', () => {
  test('runs the four services, what they need, an ingress and Prometheus', () => {
    expect(all.map(([name]) => name).sort()).toEqual(
      [...serviceNames, 'ingress', 'kafka', 'kurrentdb', 'postgres', 'prometheus'].sort(),
    );
    expect(
      all.flatMap(([name, { profiles = [] }]) => profiles.map((profile) => `${name} ${profile}`)),
    ).toEqual(['kurrentdb kurrentdb']);
  });

  test('uses no key that Compose does not know', () => {
    const raw = parse(read('docker-compose.yml'), { merge: true }) as Compose & Record<string, unknown>;
    expect(Object.keys(raw).filter((key) => !key.startsWith('x-') && !TOP.has(key))).toEqual([]);
    const keys = Object.values(raw.services).flatMap((service) => Object.keys(service));
    expect([...new Set(keys)].filter((key) => !KNOWN.has(key))).toEqual([]);
  });

  test('has an image or a build for each service, in a stated version', () => {
    expect(breaking(({ image, build }) => image !== undefined || build !== undefined)).toEqual([]);
    expect(
      breaking(({ image, build }) => build !== undefined || /^[\w./-]+:[\w.-]*\d[\w.-]*$/.test(image!)),
    ).toEqual([]);
    expect(JSON.stringify(compose)).not.toContain(':latest');
  });

  test('waits only for what is there and can say that it is healthy', () => {
    const waits = all.flatMap(([name, { depends_on = {} }]) =>
      Object.entries(depends_on).map(([other, how]) => ({ name, other, ...how })),
    );
    expect(waits.length).toBeGreaterThan(10);
    for (const { other, condition, required = true } of waits) {
      const service = compose.services[other];
      expect([other, service && saysHowItIs(service), condition]).toEqual([other, true, 'service_healthy']);
      expect(required).toBe(service!.profiles === undefined);
    }
    expect(breaking(saysHowItIs)).toEqual([]);
  });

  test('waits in no circle', () => {
    const reached = (name: string, path: readonly string[]): void => {
      expect(path).not.toContain(name);
      for (const other of Object.keys(compose.services[name]!.depends_on ?? {}))
        reached(other, [...path, name]);
    };
    for (const [name] of all) reached(name, []);
  });

  test('declares every volume and network that is used, and uses every one that is declared', () => {
    const used = (kind: 'networks' | 'volumes') =>
      [...new Set(all.flatMap(([, service]) => (service[kind] ?? []).map((each) => each.split(':')[0]!)))]
        .filter((name) => !name.startsWith('.'))
        .sort();
    expect(used('volumes')).toEqual(Object.keys(compose.volumes!).sort());
    expect(used('networks')).toEqual(Object.keys(compose.networks!).sort());
    for (const file of all
      .flatMap(([, { volumes = [] }]) => volumes)
      .filter((each) => each.startsWith('.'))) {
      const [path, , mode] = file.split(':');
      expect(read(path!).length).toBeGreaterThan(0);
      expect(mode).toBe('ro');
    }
  });

  test('is reached from this machine only, and what keeps data from nowhere outside', () => {
    const published = all.flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
    expect(published).toEqual(['ingress 127.0.0.1:3000:8080', 'prometheus 127.0.0.1:9090:9090']);
    expect(compose.networks!['inside']!.internal).toBe(true);
    for (const name of ['postgres', 'kafka', 'kurrentdb'])
      expect(compose.services[name]!.networks).toEqual(['inside']);
  });

  test('gives nobody more than they need', () => {
    expect(breaking(({ privileged, cap_add }) => !privileged && !cap_add)).toEqual([]);
    expect(breaking(({ cap_drop }) => cap_drop?.join() === 'ALL')).toEqual([]);
    expect(breaking(({ security_opt }) => security_opt?.join() === 'no-new-privileges:true')).toEqual([]);
    // These two images write their own configuration when they start.
    expect(breaking(({ read_only }) => read_only === true)).toEqual(['kafka', 'kurrentdb']);
  });

  test('has no secret in it', () => {
    expect(() => readCompose(at('docker-compose.yml'), {})).toThrow(Missing);
    expect(() => readCompose(at('docker-compose.yml'), { POSTGRES_PASSWORD: '' })).toThrow(
      /POSTGRES_PASSWORD: set it/,
    );
    const settings = all.flatMap(([, { environment = {} }]) => Object.entries(environment));
    const secret = settings.filter(([name]) => /PASSWORD|SECRET|TOKEN|_KEY$/.test(name));
    expect(secret).toEqual([
      ['SLIPWAY_LEDGER_KEY', '/ledger/ledger.key'],
      ['POSTGRES_PASSWORD', 'correcthorse'],
    ]);
  });

  test('keeps the key of the ledger from all but the service that signs with it', () => {
    const mounting = all.filter(([, { volumes = [] }]) => volumes.some((each) => each.startsWith('ledger:')));
    expect(mounting.map(([name]) => name)).toEqual(['audit']);
  });

  test('runs the brokers that the tests run', () => {
    const pom = read('test/kafka/pom.xml');
    const [, version] = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([\d.]+)</.exec(pom)!;
    expect(compose.services['kafka']!.image).toBe(`apache/kafka:${version}`);
    expect(read('test/support/kurrentServer.ts')).toContain(`'${compose.services['kurrentdb']!.image}'`);
  });
});

describe('a service of docker-compose.yml', () => {
  test('is started as its own process, by a program that is there', () => {
    for (const [name, { command, build }] of ours) {
      expect(build).toBe('.');
      expect(command).toEqual(['node', `dist/apps/${name}/src/main.js`]);
      expect(read(`apps/${name}/src/main.ts`)).toContain(`name: '${name}'`);
    }
  });

  test('is given settings that it knows, all that it needs, and the same bus as the others', () => {
    for (const [name, service] of ours) {
      const config = readConfig(settingsOf(service));
      expect([name, config.SLIPWAY_BUS, config.SLIPWAY_STORE]).toEqual([
        name,
        'kafka://kafka:9092',
        'postgres',
      ]);
      expect(config.DATABASE_URL).toBe('postgres://slipway:correcthorse@postgres:5432/slipway');
      expect(config.developmentIssuer).toBe(true);
      expect([config.HOST, config.PORT]).toEqual(['0.0.0.0', 3000]);
      expect(service.volumes).toContain(`keys:${config.SLIPWAY_DATA}`);
      expect(Object.keys(service.environment!).filter((key) => !CONFIGURED.has(key))).toEqual([]);
    }
    expect(readConfig(settingsOf(compose.services['audit']!)).SLIPWAY_LEDGER_KEY).toBe('/ledger/ledger.key');
  });

  test('can be run for production, and in front of KurrentDB', () => {
    const changed = readCompose(at('docker-compose.yml'), {
      ...password,
      NODE_ENV: 'production',
      SLIPWAY_OIDC_ISSUER: 'https://login.example.com',
      SLIPWAY_OIDC_AUDIENCE: 'slipway',
      SLIPWAY_STORE: 'kurrentdb',
      KURRENTDB_URL: 'kurrentdb://kurrentdb:2113?tls=false',
      PORT: '8000',
    });
    const config = readConfig(settingsOf(changed.services['approvals']!));
    expect(config).toMatchObject({
      NODE_ENV: 'production',
      SLIPWAY_STORE: 'kurrentdb',
      developmentIssuer: false,
    });
    expect(changed.services['ingress']!.ports).toEqual(['127.0.0.1:8000:8080']);
    const half = readCompose(at('docker-compose.yml'), { ...password, NODE_ENV: 'production' });
    expect(() => readConfig(settingsOf(half.services['audit']!))).toThrow(/SLIPWAY_OIDC_ISSUER/);
  });

  test('has as long to stop as its process takes at most', () => {
    const longest = Number(
      /LONGEST_STOP = ([\d_]+)/.exec(read('libs/service/src/run.ts'))![1]!.replace('_', ''),
    );
    const raw = parse(read('docker-compose.yml'), { merge: true }) as {
      services: Record<string, Record<string, string>>;
    };
    for (const name of serviceNames)
      expect(Number.parseInt(raw.services[name]!['stop_grace_period']!) * 1_000).toBeGreaterThan(longest);
  });
});

describe('the image', () => {
  test('is built in stages, and runs one process as nobody in particular, without a shell', () => {
    expect(dockerfile.match(/^FROM node:24-slim( AS build)?$/gm)).toHaveLength(2);
    const [, final = ''] = dockerfile.split(/^FROM node:24-slim$/m);
    expect(final).toMatch(/^USER node$/m);
    expect(final).toMatch(/^CMD \["node", /m);
    expect(final).not.toMatch(/^ENTRYPOINT|\bsh\b|npm/m);
    expect(final).toContain('NODE_ENV=production');
  });

  test('says that it is healthy when /health/live answers, and only then', async () => {
    const [, command] = /^HEALTHCHECK [^\n]*\\\n\s+CMD (\[.*\])$/m.exec(dockerfile)!;
    const [program, ...args] = JSON.parse(command!) as string[];
    expect(program).toBe('node');
    const check = (port: number) =>
      promisify(execFile)(process.execPath, args, { env: { PORT: `${port}` } }).then(
        () => 0,
        (error: { code: number }) => error.code,
      );
    let alive = true;
    const server = createServer(({ url }, answer) =>
      answer.writeHead(alive && url === '/health/live' ? 200 : 503).end(),
    );
    const port = await new Promise<number>((settle) =>
      server.listen(0, '127.0.0.1', () => settle((server.address() as AddressInfo).port)),
    );
    expect(await check(port)).toBe(0);
    alive = false;
    expect(await check(port)).toBe(1);
    server.closeAllConnections();
    await new Promise((settle) => server.close(settle));
    expect(await check(port)).toBe(1);
  });

  test('is built from what is in the context, and from nothing else', () => {
    const ignore = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignore[0]).toBe('*');
    const allowed = ignore.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files]) =>
      files!.split(' '),
    );
    expect([...new Set(copied.map((file) => file.split('/')[0]!))].sort()).toEqual(allowed.sort());
  });
});

describe('the ingress', () => {
  const rules = [...read('deploy/ingress.conf').matchAll(/^\s+~(\S+) (\$?\w+);$/gm)].map(
    ([, pattern, target]) => ({ pattern: new RegExp(pattern!), target: target! }),
  );
  const serving = (path: string): string => {
    const rule = rules.find(({ pattern }) => pattern.test(path));
    return rule?.target === '$named' ? rule.pattern.exec(path)!.groups!['named']! : (rule?.target ?? '');
  };
  const example = ({ path }: DeclaredRoute) => path.replace(/:\w+/g, 'x');

  test('leads every route to the service that has it', () => {
    const own = modules.flatMap(({ name, module }) =>
      routesIn(module).map((route) => [name, example(route)] as const),
    );
    expect(own.length).toBeGreaterThan(20);
    for (const [name, path] of own) expect([path, serving(path)]).toEqual([path, name]);
  });

  test('leads what all services have to one of them, and to each under its name', () => {
    const common = routesIn('edge').map(example);
    expect(common).toContain('/v1/ops/parked');
    for (const path of common.filter((each) => each !== '/metrics')) {
      expect([path, serving(path)]).toEqual([path, 'scheduler']);
      if (!/^\/v1\/(me|api-keys|contracts)/.test(path)) expect(serving(`/audit${path}`)).toBe('audit');
    }
  });

  test('keeps figures, and what is nobody’s, to itself', () => {
    for (const path of [
      '/metrics',
      '/audit/metrics',
      '/',
      '/v1',
      '/v1/deploymentsx',
      '/audit/v1/ledger/heads',
      '/nobody/docs',
    ])
      expect([path, serving(path)]).toEqual([path, '']);
  });

  test('asks services that are there, where they listen', () => {
    const conf = read('deploy/ingress.conf');
    expect(new Set(rules.map(({ target }) => target))).toEqual(new Set([...serviceNames, '$named']));
    expect(conf).toContain('proxy_pass http://$service:3000;');
    expect(conf).toContain(`listen ${compose.services['ingress']!.ports![0]!.split(':')[2]};`);
  });
});

describe('Prometheus', () => {
  test('asks every service for its figures', () => {
    const { scrape_configs } = parse(read('deploy/prometheus.yml')) as {
      scrape_configs: { metrics_path: string; static_configs: { targets: string[] }[] }[];
    };
    const targets = scrape_configs.flatMap(({ static_configs }) =>
      static_configs.flatMap((each) => each.targets),
    );
    expect(targets).toEqual(serviceNames.map((name) => `${name}:3000`));
    expect(scrape_configs.map(({ metrics_path }) => metrics_path)).toEqual(['/metrics']);
    expect(routesIn('edge').map(({ path }) => path)).toContain('/metrics');
  });
});

describe('a variable in a compose file', () => {
  test('is what is set, its default, a refusal, or a dollar', () => {
    const environment = { SET: 'a', EMPTY: '' };
    const written =
      '$SET ${SET} ${EMPTY:-b} ${EMPTY-c} ${NONE-d} ${NONE} ${SET:+e} ${EMPTY:+f} ${SET:?no} $$HOME';
    expect(interpolate(written, environment)).toBe('a a b  d  e  a $HOME');
    expect(interpolate('${EMPTY?fine}', environment)).toBe('');
    for (const refused of ['${EMPTY:?no}', '${NONE?no}'])
      expect(() => interpolate(refused, environment)).toThrow(Missing);
  });
});

/** The image says it, or the compose file does. */
function saysHowItIs({ healthcheck, build }: ComposeService): boolean {
  if (healthcheck) return healthcheck.test[0] === 'CMD' && healthcheck.test.length > 1;
  return build !== undefined && /^HEALTHCHECK /m.test(dockerfile);
}

/** What the process finds in its environment: what the image says, and over that what the compose file does. */
function settingsOf({ environment = {} }: ComposeService): Record<string, string> {
  const [, block] = /^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile)!;
  const image = block!.split(/\s*\\\n\s*/).map((pair) => pair.split('=') as [string, string]);
  const own = Object.entries(environment).map(([name, value]) => [name, `${value}`] as const);
  return Object.fromEntries([...image, ...own]);
}

const CONFIGURED = new Set(
  [...read('libs/service/src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name!),
);

/** The keys of the Compose specification that may stand here. */
const TOP = new Set(['name', 'include', 'services', 'networks', 'volumes', 'configs', 'secrets']);
const KNOWN = new Set(
  `annotations attach build blkio_config cap_add cap_drop cgroup cgroup_parent command configs container_name
  cpu_count cpu_percent cpu_shares cpus cpuset depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search
  domainname entrypoint env_file environment expose extends external_links extra_hosts gpus group_add healthcheck hostname image
  init ipc isolation label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit
  network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_stop privileged profiles
  provider pull_policy read_only restart runtime scale secrets security_opt shm_size stdin_open stop_grace_period stop_signal
  storage_opt sysctls tmpfs tty ulimits user userns_mode volumes volumes_from working_dir`.split(/\s+/),
);
