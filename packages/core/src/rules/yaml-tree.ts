import type { AliasEvent, DocumentEvent, Event, PopEvent, ScalarEvent } from 'js-yaml';
import { EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import { type Position, positionsIn } from './positions.ts';
import { quotedName } from './quoting.ts';
import type { ScalarStyle, YamlEntry, YamlNode, YamlScalar } from './yaml-node.ts';

/*
 * YAML text → tree of nodes with positions, on js-yaml's events. Scalars keep their text: `True` stays `True`, `1.10` stays `1.10`.
 *
 *   in the text                          in the tree
 *   &a value … *a                        one node, referred to twice (never copied)
 *   <<: *a, <<: [*a, *b]                 the entries of a, then of b, in the place of `<<`; own keys win, then a's
 *   !!str, !!int, !!map …                a scalar's style (`!!str 1` counts as quoted); other tags are problems
 *   duplicate key, `__proto__`, [] key   a problem
 *   second document, cyclic alias        a problem
 *
 * Law: time and memory are linear in the text and in the number of nodes that a walk of the tree visits with every alias
 * followed. That number is exact and known before anything is expanded: it is the count of nodes in the text plus, for
 * each alias, the size of what it refers to. It stays within MAX_NODES, and the depth of such a walk within MAX_DEPTH.
 */

/** In UTF-16 code units. The API server lets a ConfigMap hold no more than 1 MiB. */
export const MAX_TEXT = 1024 * 1024;
export const MAX_DEPTH = 50;
export const MAX_NODES = 200_000;

interface YamlProblem extends Position {
  readonly message: string;
}
export type YamlReading =
  /** `root` is absent where the text holds no document: nothing but white space and comments. */
  | { readonly kind: 'tree'; readonly root?: YamlNode }
  | { readonly kind: 'unreadable'; readonly problems: readonly YamlProblem[] };

/** Never throws. Messages quote keys, never values. */
export function readYamlTree(text: string, maxText = MAX_TEXT): YamlReading {
  if (text.length > maxText) {
    const message = `the text is ${text.length} characters long; at most ${maxText} are accepted`;
    return { kind: 'unreadable', problems: [{ line: 1, column: 1, message }] };
  }
  const positionOf = positionsIn(text);
  try {
    return new TreeBuilder(text, positionOf).build(parseEvents(text, { maxDepth: MAX_DEPTH }));
  } catch (error) {
    return { kind: 'unreadable', problems: [problemOf(error, positionOf)] };
  }
}

function problemOf(error: unknown, positionOf: (offset: number) => Position): YamlProblem {
  if (!(error instanceof YAMLException)) return { line: 1, column: 1, message: 'the text cannot be read as YAML' };
  // Some reasons end in a piece of the text, which may belong to the value of an environment variable.
  const reason = error.reason.replace(/: .*| ".*"/s, '');
  return { ...positionOf(error.mark?.position ?? 0), message: `not valid YAML: ${reason}` };
}

interface Open extends Position {
  readonly anchor: string | undefined;
  /** Nodes visited before this one. */
  readonly before: number;
  /** Levels of the highest child. */
  height: number;
}
interface OpenSequence extends Open {
  readonly kind: 'sequence';
  readonly items: YamlNode[];
}
interface OpenMapping extends Open {
  readonly kind: 'mapping';
  readonly entries: YamlEntry[];
  readonly names: Set<string>;
  /** The key whose value is next; `refused` where that entry is left out. */
  key: YamlScalar | 'refused' | undefined;
}
interface Anchored {
  readonly node: YamlNode;
  readonly size: number;
  readonly height: number;
}

type PlacedEvent = Exclude<Event, DocumentEvent | PopEvent>;

const TAG = /^!(?:!|<tag:yaml\.org,2002:)(str|int|float|bool|null|map|seq)>?$/;
const KIND_OF_TAG = new Map([
  ['map', 'mapping'],
  ['seq', 'sequence'],
]);

class TreeBuilder {
  readonly #text: string;
  readonly #positionOf: (offset: number) => Position;
  readonly #problems: YamlProblem[] = [];
  readonly #open: (OpenSequence | OpenMapping)[] = [];
  /** What each anchor names at this point of the text; `open` while its node is not complete. */
  readonly #anchors = new Map<string, Anchored | 'open'>();
  #root: YamlNode | undefined;
  #visited = 0;
  /** Where the latest node that has characters begins. */
  #last: Position = { line: 1, column: 1 };

  constructor(text: string, positionOf: (offset: number) => Position) {
    this.#text = text;
    this.#positionOf = positionOf;
  }

  build(events: readonly Event[]): YamlReading {
    for (const event of events) {
      const stop = this.#take(event);
      if (stop !== undefined) return { kind: 'unreadable', problems: [...this.#problems, stop] };
    }
    if (this.#problems.length > 0) return { kind: 'unreadable', problems: this.#problems };
    return this.#root === undefined ? { kind: 'tree' } : { kind: 'tree', root: this.#root };
  }

  /** Returns a problem after which reading on is pointless. */
  #take(event: Event): YamlProblem | undefined {
    if (event.type === EVENT_ID.DOCUMENT) {
      this.#anchors.clear();
      if (!event.directives.some(({ kind }) => kind === 'tag')) return undefined;
      return { ...this.#positionOf(this.#text.indexOf('%TAG')), message: 'the directive %TAG is not accepted' };
    }
    if (event.type === EVENT_ID.POP) {
      this.#close();
      return undefined;
    }
    const at = this.#place(event);
    if (this.#open.length === 0 && this.#root !== undefined) return { ...at, message: 'a second document; only one is accepted' };
    if (event.type === EVENT_ID.ALIAS) return this.#addAlias(this.#text.slice(event.anchorStart, event.anchorEnd), at);

    this.#visited += 1;
    if (this.#visited > MAX_NODES) return tooLarge(at);
    const anchor = event.anchorStart === -1 ? undefined : this.#text.slice(event.anchorStart, event.anchorEnd);
    const tag = this.#tagOf(event);
    if (event.type === EVENT_ID.SCALAR) {
      const node = this.#scalar(event, tag, at);
      if (anchor !== undefined) this.#anchors.set(anchor, { node, size: 1, height: 1 });
      this.#add(node, 1, at);
    } else {
      if (anchor !== undefined) this.#anchors.set(anchor, 'open');
      const open = { ...at, anchor, before: this.#visited - 1, height: 0 };
      if (event.type === EVENT_ID.SEQUENCE) this.#open.push({ ...open, kind: 'sequence', items: [] });
      else this.#open.push({ ...open, kind: 'mapping', entries: [], names: new Set(), key: undefined });
    }
    return undefined;
  }

  #place(event: PlacedEvent): Position {
    let offset: number;
    if (event.type === EVENT_ID.ALIAS) offset = event.anchorStart - 1;
    else if (event.type !== EVENT_ID.SCALAR) offset = event.start;
    else if (event.valueStart === -1) return this.#last;
    else offset = styleOf(event) === 'quoted' ? event.valueStart - 1 : event.valueStart;
    this.#last = this.#positionOf(offset);
    return this.#last;
  }

  /** The short name of the node's tag, `str` for example. */
  #tagOf(event: Exclude<PlacedEvent, AliasEvent>): string | undefined {
    if (event.tagStart === -1) return undefined;
    const at = this.#positionOf(event.tagStart);
    const name = TAG.exec(this.#text.slice(event.tagStart, event.tagEnd))?.[1];
    const kind = event.type === EVENT_ID.SCALAR ? 'scalar' : event.type === EVENT_ID.SEQUENCE ? 'sequence' : 'mapping';
    if (name === undefined) this.#refuse(at, 'a tag; only those of the core schema are accepted, such as !!str');
    else if ((KIND_OF_TAG.get(name) ?? 'scalar') !== kind) this.#refuse(at, `!!${name} does not fit a ${kind}`);
    return name;
  }

  #scalar(event: ScalarEvent, tag: string | undefined, at: Position): YamlScalar {
    const style = tag === undefined ? styleOf(event) : tag === 'str' ? 'quoted' : 'plain';
    return { kind: 'scalar', text: getScalarValue(this.#text, event), style, ...at };
  }

  #addAlias(name: string, at: Position): YamlProblem | undefined {
    const target = this.#anchors.get(name);
    if (target === undefined || target === 'open') {
      this.#refuse(
        at,
        target === 'open' ? 'an alias inside of the node that it stands for' : 'an alias to an anchor that is not defined above',
      );
      this.#add({ kind: 'scalar', text: '', style: 'plain', ...at }, 1, at);
      return undefined;
    }
    // Counted before anything walks or merges the target: the work that follows is within the count.
    this.#visited += target.size;
    if (this.#visited > MAX_NODES) return tooLarge(at);
    if (this.#open.length + target.height > MAX_DEPTH)
      return { ...at, message: `with aliases followed, nested more than ${MAX_DEPTH} deep` };
    this.#add(target.node, target.height, at);
    return undefined;
  }

  /** Gives `node`, referred to at `at`, to the collection that is open. */
  #add(node: YamlNode, height: number, at: Position): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) {
      this.#root = node;
      return;
    }
    parent.height = Math.max(parent.height, height);
    if (parent.kind === 'sequence') parent.items.push(node);
    else if (parent.key === undefined) parent.key = this.#key(parent, node, at);
    else {
      if (parent.key !== 'refused') parent.entries.push({ key: parent.key, value: node });
      parent.key = undefined;
    }
  }

  #key(parent: OpenMapping, node: YamlNode, at: Position): YamlScalar | 'refused' {
    if (node.kind !== 'scalar') return this.#refuse(at, `a ${node.kind} as a key; only texts are accepted`);
    if (node.text === '__proto__') return this.#refuse(at, 'the key `__proto__` is not accepted');
    if (parent.names.has(node.text)) return this.#refuse(at, `the key ${quotedName(node.text)} appears twice in one mapping`);
    parent.names.add(node.text);
    return { ...node, line: at.line, column: at.column };
  }

  #close(): void {
    const open = this.#open.pop();
    if (open === undefined) return; // the end of the document
    const { line, column } = open;
    const node: YamlNode =
      open.kind === 'sequence'
        ? { kind: 'sequence', items: open.items, line, column }
        : { kind: 'mapping', entries: this.#merged(open), line, column };
    const height = open.height + 1;
    if (open.anchor !== undefined) this.#anchors.set(open.anchor, { node, size: this.#visited - open.before, height });
    this.#add(node, height, open);
  }

  /** The entries of `open`, with those that a merge key brings in its place. */
  #merged({ entries, names }: OpenMapping): readonly YamlEntry[] {
    if (!names.has('<<')) return entries;
    const taken = new Set(names);
    return entries.flatMap(({ key, value }) => {
      if (key.text !== '<<' || key.style !== 'plain') return [{ key, value }];
      return (value.kind === 'sequence' ? value.items : [value]).flatMap((source) => {
        if (source.kind === 'mapping')
          return source.entries.filter((entry) => !taken.has(entry.key.text) && taken.add(entry.key.text));
        this.#refuse(key, 'the merge key `<<` accepts a mapping or a list of mappings');
        return [];
      });
    });
  }

  #refuse(at: Position, message: string): 'refused' {
    this.#problems.push({ line: at.line, column: at.column, message });
    return 'refused';
  }
}

function styleOf(event: ScalarEvent): ScalarStyle {
  if (event.style === SCALAR_STYLE.PLAIN) return 'plain';
  return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? 'quoted' : 'block';
}

function tooLarge(at: Position): YamlProblem {
  return {
    line: at.line,
    column: at.column,
    message: `with aliases followed, the text has more than the ${MAX_NODES} nodes that are accepted`,
  };
}
