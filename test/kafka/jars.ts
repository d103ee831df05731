import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const HERE = import.meta.dirname;

/** The Java to use, if there is one of 17 or newer. */
export async function java(): Promise<string | undefined> {
  const home = process.env['JAVA_HOME'];
  const command = home ? join(home, 'bin', 'java') : 'java';
  const told = await run(command, ['-version']).catch(() => undefined);
  const version = /version "(\d+)/.exec(told?.stderr ?? '')?.[1];
  return version && Number(version) >= 17 ? command : undefined;
}

/** Whether Apache Kafka is here, or Maven that can fetch it. */
export async function jarsAtHand(): Promise<boolean> {
  if (existsSync(await folder())) return true;
  return run('mvn', ['-version']).then(
    () => true,
    () => false,
  );
}

/** The folder with the jars that `pom.xml` names, fetched by Maven the first time. */
export async function jars(): Promise<string> {
  const target = await folder();
  if (existsSync(target)) return target;
  const draft = `${target}.${process.pid}`;
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${draft}`, '-DincludeScope=runtime'];
  try {
    await run('mvn', ['-B', '-q', '-f', join(HERE, 'pom.xml'), ...goal]);
  } catch (error) {
    const { stdout = '' } = error as { stdout?: string };
    const line = /\[ERROR\] (.*)/.exec(stdout)?.[1] ?? String(error);
    throw new Error(`Maven could not fetch Apache Kafka: ${line}`, { cause: error });
  }
  // Two runs may fetch at once: the first to finish wins.
  await rename(draft, target).catch(() => rm(draft, { recursive: true, force: true }));
  return target;
}

async function folder(): Promise<string> {
  const pom = await readFile(join(HERE, 'pom.xml'));
  return join(HERE, 'target', `jars-${createHash('sha256').update(pom).digest('hex').slice(0, 12)}`);
}
