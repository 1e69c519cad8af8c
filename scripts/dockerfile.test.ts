/** What the Dockerfile has in common with other files. It has no way to read them, so it says it again. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const textOf = (path: string): Promise<string> => readFile(new URL(`../${path}`, import.meta.url), 'utf8');

const DOCKERFILE = await textOf('Dockerfile');

/** The first group of the pattern, which must be there. */
function found(text: string, pattern: RegExp): string {
  const [, group] = pattern.exec(text) ?? [];
  if (group === undefined) throw new Error(`nothing fits ${pattern}`);
  return group;
}

test('its Node is the one that package.json names', async () => {
  const { devDependencies } = JSON.parse(await textOf('package.json'));
  expect(found(DOCKERFILE, /^ARG NODE_IMAGE=.*\/node:([\d.]+)-/m)).toBe(devDependencies.node);
});

test('both bases are of one Debian', () => {
  const debian: Readonly<Record<string, string>> = { bookworm: '12', trixie: '13' };
  const nodes = found(DOCKERFILE, /^ARG NODE_IMAGE=.*-(\w+)-slim$/m);
  expect(debian[nodes]).toBe(found(DOCKERFILE, /^ARG BASE_IMAGE=.*-debian(\d+):/m));
});

test('it starts Node with the flags of bin/ddprofiler-rc', async () => {
  const [, ...args] = JSON.parse(found(DOCKERFILE, /^ENTRYPOINT (\[.*\])$/m));
  const flags = args.slice(0, -1);
  expect(flags).not.toEqual([]);
  expect(flags.join(' ')).toBe(found(await textOf('bin/ddprofiler-rc'), /^exec "\S+\/node" (.*) "\S+\.mjs" "\$@"$/m));
});

test('its user is the one of the chart’s pods', async () => {
  const values = await textOf('charts/ddprofiler-rc/values.yaml');
  const user = found(values, /^ {2}runAsUser: (\d+)$/m);
  const group = found(values, /^ {2}runAsGroup: (\d+)$/m);
  expect(found(DOCKERFILE, /^USER (.*)$/m)).toBe(`${user}:${group}`);
});

test('what it copies is what .dockerignore lets through', async () => {
  const ignored = (await textOf('.dockerignore')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const copied = found(DOCKERFILE, /^COPY (?!--from)(.*) \S+$/m).split(' ');
  expect(ignored).toEqual(['*', ...copied.map((file) => `!${file}`)]);
});
