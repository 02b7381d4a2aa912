// Which Java is on the PATH. Plain JavaScript, because bootstrap.mjs asks before anything is installed.
import { spawnSync } from 'node:child_process';

/** The oldest Java that runs the emulators of the Google Cloud SDK; the ones firebase-tools downloads need 21. */
export const oldestJava = 17;

export const javaIsNeeded =
  `The Firebase emulators need Java ${oldestJava} or newer on the PATH ` +
  '(Debian and Ubuntu: apt-get install -y openjdk-17-jre-headless; macOS: brew install openjdk@21).';

/** The major version that `java -version` reports, 0 without a working Java. */
export function javaMajorVersion(env = process.env) {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8', env });
  if (java.error || java.status !== 0) return 0;
  return Number(/version "(\d+)/.exec(java.stderr + java.stdout)?.[1] ?? 0);
}
