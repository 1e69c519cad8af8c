import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { withoutFencedBlocks } from './fenced-blocks.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Pages by their path from the root. */
async function readPages(): Promise<ReadonlyMap<string, string>> {
  const docs = (await readdir(join(ROOT, 'docs'), { recursive: true })).filter((path) => path.endsWith('.md'));
  const paths = [
    'README.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'charts/ddprofiler-rc/README.md',
    'e2e/README.md',
    ...docs.map((path) => `docs/${path}`),
  ];
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(ROOT, path), 'utf8')] as const)));
}

/** What is quoted is no link, and no heading. */
const withoutCode = (text: string): string => withoutFencedBlocks(text).replace(/`[^`\n]*`/g, 'code');

interface Link {
  readonly page: string;
  readonly target: string;
  /** From the root. */
  readonly path: string;
  /** Empty where it leads to the page as a whole. */
  readonly anchor: string;
}

/** Those that stay within the repository. */
function linksIn(page: string, text: string): readonly Link[] {
  const targets = [...withoutCode(text).matchAll(/\]\(<?([^)\s>]+)>?\)|^\[[^\]]+\]: (\S+)/gm)].map(([, a, b]) => a ?? b ?? '');
  return targets
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .map((target) => {
      const [file = '', anchor = ''] = target.split('#');
      return { page, target, anchor, path: file === '' ? page : posix.join(posix.dirname(page), file) };
    });
}

/**
 * The anchors of a page's headings, as GitHub makes them: lower case, no punctuation, a dash for each space, and a number where one comes again.
 * Source: https://github.com/gjtorikian/html-pipeline (TableOfContentsFilter)
 */
function anchorsIn(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const headings = withoutFencedBlocks(text).matchAll(/^#{1,6} +(.+?)[ #]*$/gm);
  for (const [, heading = ''] of headings) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Also folders. */
async function isThere(path: string): Promise<boolean> {
  const names: readonly string[] = await readdir(join(ROOT, posix.dirname(path))).catch(() => []);
  return posix.normalize(path) === '.' || names.includes(posix.basename(path));
}

test('every relative link of README.md, docs/, e2e/ and the chart leads to a file, and to a heading in it', async () => {
  const pages = await readPages();
  const links = [...pages].flatMap(([page, text]) => linksIn(page, text));
  expect(links.length).toBeGreaterThan(30);
  const broken: string[] = [];
  for (const { page, target, path, anchor } of links) {
    const text = pages.get(path);
    if (!(await isThere(path))) broken.push(`${page}: ${target}: there is no ${path}`);
    else if (anchor !== '' && text === undefined) broken.push(`${page}: ${target}: ${path} is no page, and has no headings`);
    else if (anchor !== '' && !anchorsIn(text ?? '').has(anchor))
      broken.push(`${page}: ${target}: no heading of ${path} is that`);
  }
  expect(broken).toEqual([]);
});

test('every page of docs/ is reached from README.md', async () => {
  const pages = await readPages();
  const reached = new Set(['README.md']);
  for (const page of reached) for (const { path } of linksIn(page, pages.get(page) ?? '')) if (pages.has(path)) reached.add(path);
  expect([...pages.keys()].filter((page) => !reached.has(page))).toEqual([]);
});
