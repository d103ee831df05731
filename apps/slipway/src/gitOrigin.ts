/** What a repository is called in the events made from it. */
export interface Origin {
  /** The service that its releases deploy. */
  readonly service: string;
  /** `context.source` of its events: `/git/<owner>/<repository>`, or `/git/<name>` without a known remote. */
  readonly source: string;
  readonly repository: { readonly id: string; readonly source?: string };
  /** The package URL of a release. */
  readonly purl: (tag: string) => string;
}

/** Names a repository after its remote, else after the service, else after its folder. Credentials are left behind. */
export function originOf(folder: string, remote: string | undefined, service?: string): Origin {
  const hosted = remote === undefined ? undefined : hostedAt(remote);
  const name = hosted?.path ?? service ?? nameOf(remote ?? folder);
  const source = `/git/${encodedPath(name)}`;
  const github = hosted?.host === 'github.com';
  return {
    service: service ?? name,
    source,
    repository: hosted ? { id: name, source: `https://${hosted.host}` } : { id: name },
    purl: (tag) =>
      `pkg:${github ? `github/${encodedPath(name.toLowerCase())}` : `generic/${encodedPath(name)}`}@${encoded(tag)}`,
  };
}

/** `https://user:token@host/owner/name.git`, `ssh://…` or `git@host:owner/name.git`; a local path has no host. */
function hostedAt(remote: string): { host: string; path: string } | undefined {
  const url = /^(?:https?|ssh|git|git\+ssh):\/\/(?:[^/]*@)?([^/@]+)\/(.+)$/i.exec(remote);
  const short = /^(?:[^/@:]+@)?([^/@:]{2,}):(?!\/\/)(.+)$/.exec(remote);
  const [, host, path] = url ?? short ?? [];
  const named = printable(
    segmentsOf((path ?? '').replace(/[?#].*$/, ''))
      .join('/')
      .replace(/\.git$/, ''),
  );
  if (host === undefined || named === '' || !/^[\w.:[\]-]+$/.test(host)) return undefined;
  const bare = /^https?:/i.test(remote) ? host : host.replace(/:\d+$/, '');
  return { host: bare.toLowerCase(), path: named };
}

function nameOf(folder: string): string {
  return (
    printable((segmentsOf(folder).findLast((part) => part !== '.git') ?? '').replace(/\.git$/, '')) ||
    'repository'
  );
}

const segmentsOf = (path: string) => path.split(/[/\\]/).filter((part) => !['', '.', '..'].includes(part));

const printable = (text: string) => text.replace(/\p{Cc}/gu, '');

const encodedPath = (path: string) => path.split('/').map(encoded).join('/');

/** Percent-encoding of package URLs, which leaves fewer characters alone than `encodeURIComponent`. */
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
