import type { ArtifactPackaged, ChangeMerged, Fact } from '../apps/metrics/src/fact.js';

const HOUR = 3_600_000;
const BEGIN = Date.parse('2020-01-01T00:00:00Z');

/** The log of one service: a deployment an hour, each with an artifact that lists ten commits. */
export function deliveryLog(deployments: number): Fact[] {
  const facts = Array.from({ length: deployments }, (_, i) => {
    const live = BEGIN + i * HOUR;
    const commits = Array.from({ length: 10 }, (_c, j) => `${i}-${j}`);
    const said = (id: string, at: number) => {
      const time = new Date(at).toISOString();
      return { id, at: time, recordedAt: time };
    };
    return [
      ...commits.map((commit, j) => {
        const at = said(`m${commit}`, live - (j + 1) * (1 + (i % 7)) * 0.9 * HOUR);
        return { ...at, kind: 'changeMerged', service: 's', commit, committedAt: at.at };
      }),
      { ...said(`a${i}`, live), kind: 'artifactPackaged', artifact: `pkg@${i}`, commits },
      {
        ...said(`d${i}`, live),
        kind: 'deploymentSucceeded',
        service: 's',
        deploymentId: `d${i}`,
        environment: 'production',
        production: true,
        artifacts: [`pkg@${i}`],
      },
    ];
  }).flat();
  return JSON.parse(JSON.stringify(facts)) as Fact[];
}

/** The least that could answer: two maps and a sort; no duplicates, rollbacks, order or asOf. Median hours. */
export function bareLoop(facts: readonly Fact[]): number {
  const committed = new Map<string, number>();
  const lists = new Map<string, readonly string[]>();
  for (const fact of facts) {
    if (fact.kind === 'changeMerged') committed.set(fact.commit, Date.parse(fact.committedAt));
    if (fact.kind === 'artifactPackaged') lists.set(fact.artifact, fact.commits ?? []);
  }
  const hours: number[] = [];
  for (const fact of facts)
    if (fact.kind === 'deploymentSucceeded')
      for (const commit of lists.get(fact.artifacts![0]!)!)
        hours.push((Date.parse(fact.at) - committed.get(commit)!) / HOUR);
  return hours.sort((a, b) => a - b)[hours.length >> 1]!;
}

/** As it is written down first: for each deployment look for its artifact, for each commit look for its merge. */
export function lookingUp(facts: readonly Fact[]): number {
  const hours: number[] = [];
  for (const fact of facts) {
    if (fact.kind !== 'deploymentSucceeded') continue;
    const built = facts.find((other) => 'artifact' in other && other.artifact === fact.artifacts![0]);
    for (const commit of (built as ArtifactPackaged).commits!) {
      const merged = facts.find((other) => 'commit' in other && other.commit === commit);
      hours.push((Date.parse(fact.at) - Date.parse((merged as ChangeMerged).committedAt)) / HOUR);
    }
  }
  return hours.sort((a, b) => a - b)[hours.length >> 1]!;
}
