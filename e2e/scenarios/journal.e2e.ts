/** The journal of a real operator: free of secrets, replayed to the same decisions, and one changed byte in it is found. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROGRAM } from '@ddprofiler-rc/control-plane/operator-process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readyOperator, worldOfTest } from '../harness/test-world.ts';
import { hasReplicas, IMAGE, type World } from '../harness/world.ts';

/** In the source's env, in the rule's, and in what the rule's env is turned into. */
const SECRETS = ['s0urce-t0ken', 'hunter2-of-the-rule', 'argument-secret'];

const rules = (factor: string): string => `
$NS:
  deployments:
    web: { scale_factor: "${factor}", name_suffix: profiler, env: { PASSWORD: hunter2-of-the-rule } }
`;

const SOURCE = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 4,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          { name: 'app', image: IMAGE, args: ['--token', 'argument-secret'], env: [{ name: 'TOKEN', value: 's0urce-t0ken' }] },
        ],
      },
    },
  },
};

interface Replayed {
  readonly code: number;
  readonly said: string;
}

function replay(journal: string): Promise<Replayed> {
  return new Promise((resolve) => {
    execFile(PROGRAM, ['replay', journal], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: stdout + stderr });
    });
  });
}

async function directoryOfTest(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ddprofiler-rc-journal-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** A clone is made, follows, and its rules change. */
async function story(world: World): Promise<void> {
  await world.eventually('web-profiler', hasReplicas(2));
  await world.kubectl('scale', 'deployment', 'web', '--replicas=8', '-n', world.namespace);
  await world.eventually('web-profiler', hasReplicas(4));
  await world.rules(rules('0.1'));
  await world.eventually('web-profiler', hasReplicas(1));
}

describe('a journal of an operator on a real control plane', () => {
  test('given a life that ended in order, then it replays to the same decisions, and one changed byte is named', async () => {
    const directory = await directoryOfTest();
    const journal = join(directory, 'journal.ndjson');
    const world = await worldOfTest('journal');
    await world.apply(SOURCE);
    await world.rules(rules('0.5'));
    await world.bind();
    const operator = await readyOperator(world, { JOURNAL_FILE: journal });
    await story(world);
    const ofRing = join(directory, 'ring.ndjson');
    await writeFile(ofRing, (await operator.get('/journal')).body);
    await operator.stop();

    for (const path of [journal, ofRing]) {
      const { code, said } = await replay(path);
      expect(said).toContain('same: every decision is made again as it was recorded');
      expect(code).toBe(0);
      expect(said).not.toMatch(/ 0 decisions/);
      const text = await readFile(path, 'utf8');
      for (const secret of SECRETS) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(Buffer.from(secret).toString('base64'));
      }
    }

    const text = await readFile(journal, 'utf8');
    const lines = text.split('\n');
    const middle = Math.floor(lines.length / 2);
    const line = lines[middle] ?? '';
    const changed = `${line.slice(0, 60)}${line[60] === 'x' ? 'y' : 'x'}${line.slice(61)}`;
    await writeFile(journal, lines.with(middle, changed).join('\n'));
    const { code, said } = await replay(journal);
    expect(code).toBe(1);
    expect(said).toContain(`damaged: line ${middle + 1}: `);
  });

  test('given a life that was killed, then it replays up to there; the next life keeps it beside its own', async () => {
    const journal = join(await directoryOfTest(), 'journal.ndjson');
    const world = await worldOfTest('journal-killed');
    await world.apply(SOURCE);
    await world.rules(rules('0.5'));
    await world.bind();
    const first = await readyOperator(world, { JOURNAL_FILE: journal });
    await story(world);
    await first.kill();
    const killed = await replay(journal);
    expect(killed.said).toContain('same: ');
    expect(killed.said).toContain('note: ');

    const second = await readyOperator(world, { JOURNAL_FILE: journal });
    await second.stop();
    for (const path of [journal, `${journal}.1`]) expect((await replay(path)).said).toContain('same: ');
  });
});
