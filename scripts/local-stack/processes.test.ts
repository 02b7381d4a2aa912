import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { endProcessesOf, isAlive, processesOf, runIdVariable, startTime } from './processes.ts';
import { skip } from '../../functions/test/support/skip.ts';

const sleeper = ['-e', 'process.on("SIGTERM", () => {}); setTimeout(() => {}, 60_000); console.log("up")'];

/** A process that only SIGKILL ends, with or without the mark of a run. */
async function start(env: Record<string, string> = {}): Promise<number> {
  const child = spawn(process.execPath, sleeper, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child.pid ?? 0;
}

describe('processes of a run', () => {
  before(function () {
    if (process.platform !== 'linux') skip(this, 'elsewhere a command line marks them, not the environment');
  });

  it('are found by the run id, and ended even when they refuse; others are left alone', async () => {
    const runId = `test-${process.pid}-${Date.now()}`;
    const ours = await start({ [runIdVariable]: runId });
    const other = await start({ [runIdVariable]: `${runId}0` });
    try {
      assert.deepEqual(processesOf(runId), [ours]);
      await endProcessesOf(runId, 200);
      assert.deepEqual(processesOf(runId), []);
      assert.ok(isAlive(other, startTime(other)));
    } finally {
      process.kill(other, 'SIGKILL');
    }
  });

  it('are told from a later process with the same id by their start time', () => {
    assert.ok(isAlive(process.pid, startTime(process.pid)));
    assert.ok(!isAlive(process.pid, '1'));
  });
});
