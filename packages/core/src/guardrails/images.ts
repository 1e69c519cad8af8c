import type { ImageReference } from './limits.ts';

/**
 * The name of an image, taken apart.
 *
 * | image | repository | tag | digest |
 * | --- | --- | --- | --- |
 * | `busybox` | `docker.io/library/busybox` | | |
 * | `team/app:1` | `docker.io/team/app` | `1` | |
 * | `index.docker.io/team/app` | `docker.io/team/app` | | |
 * | `localhost:5000/app@sha256:…` | `localhost:5000/app` | | `sha256:…` |
 *
 * Source: https://pkg.go.dev/github.com/distribution/reference
 */
export interface ImageName {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

export function readImageName(image: string): ImageName {
  const [named = '', digest] = splitAt(image, image.indexOf('@'));
  const colon = named.lastIndexOf(':');
  // A colon before the last slash is that of a registry's port.
  const [repository = '', tag] = splitAt(named, colon > named.lastIndexOf('/') ? colon : -1);
  return {
    repository: fullRepository(repository),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

const DEFAULT_REGISTRY = 'docker.io';

/** A repository's name, or a pattern of them, with its registry. */
function fullRepository(name: string): string {
  const [first = '', ...rest] = name.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first === '**');
  if (isRegistry) return first === `index.${DEFAULT_REGISTRY}` ? [DEFAULT_REGISTRY, ...rest].join('/') : name;
  return name === '**' || rest.length > 0 ? prefixed(name) : `${DEFAULT_REGISTRY}/library/${name}`;
}

function prefixed(name: string): string {
  return name === '**' ? name : `${DEFAULT_REGISTRY}/${name}`;
}

/**
 * Whether `repository` is one that `pattern` means. `*` stands for any characters but `/`, `**` for any at all; short names in a pattern are
 * completed as in an image.
 */
export function isRepositoryIn(repository: string, pattern: string): boolean {
  const parts = fullRepository(pattern).split(/(\*\*?)/);
  const source = parts.map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : RegExp.escape(part))).join('');
  return new RegExp(`^${source}$`).test(repository);
}

export function hasReference({ tag, digest }: ImageName, wanted: ImageReference): boolean {
  switch (wanted) {
    case 'any':
      return true;
    case 'tag':
      return tag !== undefined || digest !== undefined;
    case 'digest':
      return digest !== undefined;
  }
}

function splitAt(text: string, at: number): [string, string?] {
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
