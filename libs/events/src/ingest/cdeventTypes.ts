import { quoted, refusal, type Refusal } from './reason.js';

/** Released versions of the specification that are read; producers of 0.4 and older write `context.version`. */
export const CDEVENTS_VERSIONS: readonly string[] = ['0.3.0', '0.4.0', '0.4.1', '0.5.0', '0.5.1'];

/** Accepted beside them when drafts are asked for. */
export const CDEVENTS_DRAFT_VERSIONS: readonly string[] = ['0.6.0-draft', '0.6.0'];

/** What a type string says: `kind` is `<subject>.<predicate>` of a specified event, undefined for a custom one. */
export interface CdeventType {
  readonly ok: true;
  readonly kind: string | undefined;
  readonly version: string;
}

/**
 * Reads `dev.cdevents.<subject>.<predicate>.<x.y.z>` or `dev.cdeventsx.<tool>-<subject>.<predicate>.<x.y.z>`.
 * The version of a type is judged by itself: producers in use announce one specification and send the types of
 * another, and every listed version of a type is understood.
 */
export function readType(type: string, drafts: boolean): CdeventType | Refusal {
  if (type.length <= 200) {
    const custom = CUSTOM.exec(type);
    if (custom) return { ok: true, kind: undefined, version: custom[1] as string };
    const standard = STANDARD.exec(type);
    if (standard) return known(standard[1] as string, standard[2] as string, drafts);
  }
  const forms =
    'dev.cdevents.<subject>.<predicate>.<x.y.z> or dev.cdeventsx.<tool>-<subject>.<predicate>.<x.y.z>';
  return refusal('INVALID_FIELD', 'context.type', `context.type must read ${forms}, not ${quoted(type)}.`);
}

const STANDARD = /^dev\.cdevents\.([a-z]+\.[a-z]+)\.(\d+\.\d+\.\d+(?:-draft)?)$/;
const CUSTOM = /^dev\.cdeventsx\.[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+\.[A-Za-z0-9]+\.(\d+\.\d+\.\d+(?:-draft)?)$/;

function known(kind: string, version: string, drafts: boolean): CdeventType | Refusal {
  const versions = released.get(kind) ?? (drafts ? draft.get(kind) : undefined);
  if (versions?.includes(version)) return { ok: true, kind, version };
  if (!versions)
    return refusal(
      'UNKNOWN_TYPE',
      'context.type',
      `CDEvents has no event ${quoted(kind)} in the versions read here.`,
    );
  const message = `${kind} is read in version ${versions.join(', ')}, not ${quoted(version)}.`;
  return refusal('UNKNOWN_TYPE_VERSION', 'context.type', message);
}

// One line a generation of versions: what 0.3, 0.4 and 0.5 call the same event.
const released = new Map<string, readonly string[]>([
  ...all('build', 'queued started finished', '0.1.1 0.2.0 0.3.0'),
  ...all('pipelinerun', 'queued started finished', '0.1.1 0.2.0 0.3.0'),
  ...all('taskrun', 'started finished', '0.1.1 0.2.0 0.3.0'),
  ...all('environment', 'created modified deleted', '0.1.1 0.2.0 0.3.0'),
  ...all('repository', 'created modified deleted', '0.1.1 0.2.0 0.3.0'),
  ...all('service', 'deployed upgraded rolledback removed published', '0.1.1 0.2.0 0.3.0'),
  ...all('artifact', 'packaged published', '0.1.1 0.2.0 0.3.0'),
  ...all('artifact', 'signed', '0.1.0 0.2.0 0.3.0'),
  ...all('artifact', 'downloaded deleted', '0.1.0 0.2.0'),
  ...all('branch', 'created deleted', '0.1.2 0.2.0 0.3.0'),
  ...all('change', 'merged reviewed abandoned updated', '0.1.2 0.2.0 0.3.0'),
  ...all('change', 'created', '0.1.2 0.2.0 0.3.0 0.4.0'),
  ...all('incident', 'detected reported resolved', '0.1.0 0.2.0 0.3.0'),
  ...all('testcaserun', 'queued started finished', '0.1.0 0.2.0 0.3.0'),
  ...all('testcaserun', 'skipped', '0.1.0 0.2.0'),
  ...all('testsuiterun', 'queued started finished', '0.1.0 0.2.0 0.3.0'),
  ...all('testoutput', 'published', '0.1.0 0.2.0 0.3.0'),
  ...all('ticket', 'created updated closed', '0.1.0 0.2.0'),
]);

const draft = new Map<string, readonly string[]>(all('approval', 'created updated closed', '0.1.0'));

function all(subject: string, predicates: string, versions: string): [string, readonly string[]][] {
  return predicates.split(' ').map((predicate) => [`${subject}.${predicate}`, versions.split(' ')]);
}
