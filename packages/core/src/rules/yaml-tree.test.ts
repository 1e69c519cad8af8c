import { describe, expect, it } from 'vitest';
import type { YamlNode } from './yaml-node.ts';
import { MAX_DEPTH, MAX_NODES, MAX_TEXT, readYamlTree } from './yaml-tree.ts';

function rootOf(text: string): YamlNode | undefined {
  const reading = readYamlTree(text);
  if (reading.kind === 'unreadable') throw new Error(reading.problems.map(({ message }) => message).join('\n'));
  return reading.root;
}

/** Texts of scalars in arrays, and in lists of pairs for mappings. */
function plain(node: YamlNode | undefined): unknown {
  if (node?.kind === 'mapping') return node.entries.map(({ key, value }) => [key.text, plain(value)]);
  return node?.kind === 'sequence' ? node.items.map(plain) : node?.text;
}

function problemsOf(text: string): string[] {
  const reading = readYamlTree(text);
  return reading.kind === 'tree' ? [] : reading.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('given YAML, when read as a tree', () => {
  it('then scalars keep their text and say how they were written', () => {
    const items = ['True', '1.10', '0x1F', '~', '', "'a ''b'", '"a\\tb"', '|\n  a\n  b', '!!str True'];
    const root = rootOf(items.map((item) => `- ${item}\n`).join(''));
    const found = root?.kind === 'sequence' ? root.items.map((item) => item.kind === 'scalar' && [item.text, item.style]) : [];
    expect(found).toEqual([
      ['True', 'plain'],
      ['1.10', 'plain'],
      ['0x1F', 'plain'],
      ['~', 'plain'],
      ['', 'plain'],
      ["a 'b", 'quoted'],
      ['a\tb', 'quoted'],
      ['a\nb\n', 'block'],
      ['True', 'quoted'],
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('then every node and key has its place, with lines ended by %j', (end) => {
    const root = rootOf(['# rules', 'a:', '  b: "x"', '  c: [1, {d: e}]', 'f:'].join(end));
    expect(root).toMatchObject({
      kind: 'mapping',
      line: 2,
      column: 1,
      entries: [
        {
          key: { text: 'a', line: 2, column: 1 },
          value: {
            line: 3,
            column: 3,
            entries: [
              { key: { text: 'b', line: 3, column: 3 }, value: { text: 'x', line: 3, column: 6 } },
              {
                key: { text: 'c', line: 4, column: 3 },
                value: {
                  line: 4,
                  column: 6,
                  items: [
                    { text: '1', line: 4, column: 7 },
                    { line: 4, column: 10, entries: [{ key: { line: 4, column: 11 }, value: { line: 4, column: 14 } }] },
                  ],
                },
              },
            ],
          },
        },
        { key: { text: 'f', line: 5, column: 1 }, value: { text: '', line: 5, column: 1 } },
      ],
    });
  });

  it.each(['', ' \n\t\n', '# nothing\n'])('then %j has no root', (text) => {
    expect(readYamlTree(text)).toEqual({ kind: 'tree' });
  });

  it('then an alias is the very node of its anchor', () => {
    const root = rootOf('a: &x {k: v}\nb: *x\n');
    const [a, b] = root?.kind === 'mapping' ? root.entries : [];
    expect(b?.value).toBe(a?.value);
    expect(b?.key).toMatchObject({ line: 2, column: 1 });
  });

  it('then an anchor that is given anew names the newer node from there on', () => {
    expect(plain(rootOf('[&x 1, *x, &x 2, *x]'))).toEqual(['1', '1', '2', '2']);
  });

  it('then an alias as a key has the place of the alias', () => {
    expect(rootOf('a: &x k\n*x : v\n')).toMatchObject({ entries: [{}, { key: { text: 'k', line: 2, column: 1 } }] });
  });

  it('then a merge key brings entries in its place: own keys win, then the earlier mapping', () => {
    const text = '[&a {k: a, l: a}, &b {l: b, m: b}, {x: own, <<: [*a, *b], k: own}, {<<: *a, z: own}]';
    const root = rootOf(text);
    expect(root?.kind === 'sequence' && root.items.slice(2).map(plain)).toEqual([
      [
        ['x', 'own'],
        ['l', 'a'],
        ['m', 'b'],
        ['k', 'own'],
      ],
      [
        ['k', 'a'],
        ['l', 'a'],
        ['z', 'own'],
      ],
    ]);
  });

  it('then a quoted << is a key like others', () => {
    expect(plain(rootOf('{"<<": 1}'))).toEqual([['<<', '1']]);
  });

  it('then tags of the core schema are accepted', () => {
    expect(problemsOf('{a: !!int 1, b: !!map {}, c: !!seq [], d: !<tag:yaml.org,2002:str> x, e: !!null }')).toEqual([]);
  });
});

describe('given YAML that is not accepted, when read as a tree', () => {
  it.each([
    ['a: b: c\n', '1:5 not valid YAML: bad indentation of a mapping entry'],
    ['a:\n  - b\n c: d\n', '3:2 not valid YAML: bad indentation of a mapping entry'],
    ['a: 1\nb: 2\na: 3\n', '3:1 the key `a` appears twice in one mapping'],
    ['a: 1\n"a": 3\n', '2:1 the key `a` appears twice in one mapping'],
    ['{PASSWORD:secret, PASSWORD:secret}', '1:19 the key `PASSWORD…` appears twice in one mapping'],
    ['a:\n  __proto__: {b: 1}\n', '2:3 the key `__proto__` is not accepted'],
    ['a: {"__proto__": 1}\n', '1:5 the key `__proto__` is not accepted'],
    ['? [a]\n: b\n', '1:3 a sequence as a key; only texts are accepted'],
    ['a: &x {}\n*x : b\n', '2:1 a mapping as a key; only texts are accepted'],
    ['a: 1\n---\nb: 2\n', '3:1 a second document; only one is accepted'],
    ['a: !secret hunter2\n', '1:4 a tag; only those of the core schema are accepted, such as !!str'],
    ['a: !!js/function x\n', '1:4 a tag; only those of the core schema are accepted, such as !!str'],
    ['a: !!map x\n', '1:4 !!map does not fit a scalar'],
    ['a: !!int [x]\n', '1:4 !!int does not fit a sequence'],
    ['%TAG !! tag:evil,2000:\n---\na: 1\n', '1:1 the directive %TAG is not accepted'],
    ['a: &x [*x]\n', '1:8 an alias inside of the node that it stands for'],
    ['a: *x\nb: &x 1\n', '1:4 an alias to an anchor that is not defined above'],
    ['a: &x 1\nb:\n  <<: *x\n', '3:3 the merge key `<<` accepts a mapping or a list of mappings'],
    ['a: "\\xzz"\n', '1:7 not valid YAML: expected hexadecimal character'],
    ['a: !hunter€2 x\n', '1:13 not valid YAML: tag name cannot contain such characters'],
    ['a: \u0000', '1:4 not valid YAML: null byte is not allowed in input'],
  ])('then %j is a problem: %s', (text, expected) => {
    expect(problemsOf(text)).toEqual([expected]);
  });

  it('then all problems of the tree are found at once', () => {
    expect(problemsOf('a: 1\na: 2\nb: *y\n__proto__: 1\n')).toHaveLength(3);
  });
});

describe('given a hostile text, when read as a tree', () => {
  /** Levels of ten aliases each: 10^levels nodes when followed. */
  function laughs(levels: number, item: (alias: string) => string): string {
    const lines = Array.from(
      { length: levels },
      (_, level) =>
        `a${level + 1}: &a${level + 1} [${Array(10)
          .fill(item(`*a${level}`))
          .join(', ')}]`,
    );
    return ['a0: &a0 {k: v}', ...lines, ''].join('\n');
  }

  it('then aliases that multiply are refused before they are followed, at the alias that is too much', () => {
    expect(problemsOf(laughs(9, (alias) => alias))).toEqual([
      `6:35 with aliases followed, the text has more than the ${MAX_NODES} nodes that are accepted`,
    ]);
  });

  it('then merges that multiply are refused too', () => {
    const lines = Array.from(
      { length: 30 },
      (_, level) => `a${level + 1}: &a${level + 1} {<<: [*a${level}, *a${level}], k${level}: v}`,
    );
    expect(problemsOf(['a0: &a0 {k: v}', ...lines].join('\n')).join()).toContain(`more than the ${MAX_NODES} nodes`);
  });

  it('then many aliases of one large node are refused', () => {
    const text = `a: &a [${Array(1000).fill('x').join(',')}]\nb: [${Array(1000).fill('*a').join(',')}]\n`;
    expect(problemsOf(text).join()).toContain(`more than the ${MAX_NODES} nodes`);
  });

  it('then the bound counts exactly: as many nodes as are accepted, and one more', () => {
    // The mapping, its two keys, and the list are 4 nodes; the list's items and an alias of the list make up the rest.
    const text = (items: number, more: string) => `{a: &a [${Array(items).fill('x').join(',')}], b: [*a${more}]}`;
    const items = (MAX_NODES - 6) / 2;
    expect(problemsOf(text(items, ''))).toEqual([]);
    expect(problemsOf(text(items, ',x'))).toHaveLength(1);
  });

  it.each(['[', '{a: ', '- ', '? ', '[[], '])('then %j over and over is refused', (opening) => {
    expect(problemsOf(opening.repeat(MAX_TEXT / opening.length)).join()).toMatch(/nesting|bad indentation|deficient/);
  });

  it('then nesting by way of aliases is bounded like any other', () => {
    const chain = (levels: number) =>
      ['- &a0 x', ...Array.from({ length: levels }, (_, level) => `- &a${level + 1} [*a${level}]`)].join('\n');
    expect(problemsOf(chain(MAX_DEPTH - 2))).toEqual([]);
    expect(problemsOf(chain(5000)).join()).toContain(`nested more than ${MAX_DEPTH} deep`);
  });

  it('then a text over 1 MiB is refused unread', () => {
    expect(problemsOf(`a: ${'x'.repeat(MAX_TEXT)}`)).toEqual([
      `1:1 the text is ${MAX_TEXT + 3} characters long; at most ${MAX_TEXT} are accepted`,
    ]);
    expect(problemsOf(`a: ${'x'.repeat(MAX_TEXT - 3)}`)).toEqual([]);
  });
});
