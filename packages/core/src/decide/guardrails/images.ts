import type { ImageReference } from './limits.ts';

/**
 * The name of an image, taken apart.
 *
 * | image | repository | tag | digest |
 * | --- | --- | --- | --- |
 * | `busybox` | `docker.io/library/busybox` | | |
 * | `team/app:1` | `docker.io/team/app` | `1` | |
 * | `index.docker.io/team/app` | `docker.io/team/app` | | |
 * | `docker.io/busybox` | `docker.io/library/busybox` | | |
 * | `Registry/app` | `Registry/app` | | |
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

/** Of a registry are a port, a dot, or a capital letter, which no repository has: a runtime takes `Registry/app` for a host's. */
const REGISTRY_ONLY = /[.:A-Z]/;

/** A repository's name, or a pattern of them, with its registry. */
function fullRepository(name: string): string {
  if (name === '**') return name;
  const [first = '', ...rest] = name.split('/');
  const isRegistry = rest.length > 0 && (REGISTRY_ONLY.test(first) || first === 'localhost' || first === '**');
  if (!isRegistry) return inDefaultRegistry(name);
  const isDefault = first === DEFAULT_REGISTRY || first === `index.${DEFAULT_REGISTRY}`;
  return isDefault ? inDefaultRegistry(rest.join('/')) : name;
}

/** In a pattern `docker.io/**` means all of it. */
function inDefaultRegistry(name: string): string {
  return `${DEFAULT_REGISTRY}/${name.includes('/') || name === '**' ? name : `library/${name}`}`;
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
