/** Shell scripts, Dockerfiles and YAML of the whole project, by their linters; each linter shows first that it can find something. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, inject, test } from 'vitest';
import type { Linters } from './linters.ts';
import { helmTemplate } from './render.ts';
import { ROOT, runTool } from './tool.ts';

const YAMLLINT = fileURLToPath(new URL('yamllint.yaml', import.meta.url));

interface Linter {
  readonly name: keyof Linters;
  readonly flags: readonly string[];
  readonly isFor: (path: string, firstLine: string) => boolean;
  readonly bad: string;
  readonly complaint: string;
}

const LINTERS: readonly Linter[] = [
  {
    name: 'shellcheck',
    flags: ['--severity=style'],
    isFor: (path, firstLine) => path.endsWith('.sh') || /^#!.*\b(sh|bash)\b/.test(firstLine),
    bad: '#!/bin/sh\nrm -rf $1\n',
    complaint: 'SC2086',
  },
  {
    name: 'hadolint',
    flags: [],
    isFor: (path) => /(^|\/)Dockerfile[^/]*$/.test(path),
    bad: 'FROM debian\nRUN cd /tmp\n',
    complaint: 'DL3006',
  },
  {
    name: 'yamllint',
    flags: ['--strict', '--config-file', YAMLLINT],
    // Templates are YAML when they are rendered: manifests.test.ts looks at those.
    isFor: (path) => /\.ya?ml$/.test(path) && !path.includes('/templates/') && !path.endsWith('pnpm-lock.yaml'),
    bad: 'a: 1\na: 2\n',
    complaint: 'duplication of key',
  },
];

const listed = await runTool('git', ['ls-files', '--cached', '--others', '--exclude-standard']);
const FILES = listed.stdout.split('\n').filter((path) => path !== '');

async function filesFor({ isFor }: Linter): Promise<readonly string[]> {
  const chosen: string[] = [];
  for (const path of FILES) {
    const text = await readFile(join(ROOT, path), 'utf8').catch(() => ''); // deleted, and not yet in the index
    if (text !== '' && isFor(path, text.slice(0, text.indexOf('\n')))) chosen.push(path);
  }
  return chosen;
}

describe.for(LINTERS.map((linter) => [linter.name, linter] as const))('%s', ([name, linter]) => {
  test('finds what is wrong', async () => {
    const verdict = await runTool(inject('tools')[name], [...linter.flags, '-'], linter.bad);
    expect(verdict.isWell).toBe(false);
    expect(verdict.said).toContain(linter.complaint);
  });

  test('finds nothing in the project', async () => {
    const files = await filesFor(linter);
    expect(files).not.toEqual([]);
    const verdict = await runTool(inject('tools')[name], [...linter.flags, ...files]);
    expect(verdict.said).toBe('');
    expect(verdict.isWell).toBe(true);
  });
});

test('yamllint finds nothing in what the chart renders', async () => {
  const values = await readFile(new URL('values/everything.yaml', import.meta.url), 'utf8');
  const { stdout } = await helmTemplate(values);
  // Indentation of sequences differs between hand-written parts and what Helm writes out.
  const config =
    '{extends: default, rules: {line-length: disable, document-start: disable, indentation: disable, braces: {max-spaces-inside: 1}, truthy: {check-keys: false}, empty-lines: disable, comments-indentation: disable, quoted-strings: disable}}';
  const verdict = await runTool(inject('tools').yamllint, ['--strict', '--config-data', config, '-'], stdout);
  expect(verdict.said).toBe('');
});
