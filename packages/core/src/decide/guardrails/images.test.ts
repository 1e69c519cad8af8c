import { describe, expect, test } from 'vitest';
import { hasReference, isRepositoryIn, readImageName } from './images.ts';

describe('the name of an image', () => {
  test.each([
    ['busybox', { repository: 'docker.io/library/busybox' }],
    ['busybox:1.36', { repository: 'docker.io/library/busybox', tag: '1.36' }],
    ['team/app', { repository: 'docker.io/team/app' }],
    ['index.docker.io/team/app:1', { repository: 'docker.io/team/app', tag: '1' }],
    ['docker.io/busybox', { repository: 'docker.io/library/busybox' }],
    ['index.docker.io/busybox:1', { repository: 'docker.io/library/busybox', tag: '1' }],
    ['Registry/app', { repository: 'Registry/app' }],
    ['ghcr.io/team/app@sha256:ab', { repository: 'ghcr.io/team/app', digest: 'sha256:ab' }],
    ['ghcr.io/team/app:1@sha256:ab', { repository: 'ghcr.io/team/app', tag: '1', digest: 'sha256:ab' }],
    ['localhost/app', { repository: 'localhost/app' }],
    ['registry:5000/app', { repository: 'registry:5000/app' }],
    ['registry:5000/app:2', { repository: 'registry:5000/app', tag: '2' }],
  ])('%s', (image, name) => expect(readImageName(image)).toEqual(name));

  test.each([
    ['any', 'app', true],
    ['tag', 'app', false],
    ['tag', 'app:1', true],
    ['tag', 'app@sha256:ab', true],
    ['digest', 'app:1', false],
    ['digest', 'app:1@sha256:ab', true],
  ] as const)('%s wanted, %s: %s', (wanted, image, has) => expect(hasReference(readImageName(image), wanted)).toBe(has));
});

describe('a pattern of repositories', () => {
  test.each([
    ['busybox', 'busybox:1', true],
    ['busybox', 'evil/busybox', false],
    ['busybox', 'evil.example/library/busybox', false],
    ['docker.io/library/*', 'busybox', true],
    ['docker.io/*', 'docker.io/busybox', true],
    ['docker.io/team/*', 'docker.io/busybox', false],
    ['docker.io/**', 'team/app', true],
    ['docker.io/**', 'Evil/app', false],
    ['*/*', 'Evil/app', false],
    ['Registry/*', 'Registry/app', true],
    ['ghcr.io/team/*', 'ghcr.io/team/app:1', true],
    ['ghcr.io/team/*', 'ghcr.io/team/sub/app', false],
    ['ghcr.io/team/**', 'ghcr.io/team/sub/app', true],
    ['ghcr.io/team/*', 'ghcr.io/teamx/app', false],
    ['ghcr.io/team/app', 'ghcr.io/team/app2', false],
    ['ghcr.io/team/app', 'ghcrxio/team/app', false],
    ['*.example.com/app', 'eu.example.com/app', true],
    ['*.example.com/app', 'evil.com/x.example.com/app', false],
    ['team/*', 'team/app', true],
    ['*', 'busybox', true],
    ['*', 'ghcr.io/team/app', false],
    ['**', 'ghcr.io/team/app', true],
    ['**/profiler', 'ghcr.io/team/profiler', true],
  ])('%s, %s: %s', (pattern, image, is) => expect(isRepositoryIn(readImageName(image).repository, pattern)).toBe(is));
});
