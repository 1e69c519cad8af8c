import { expect, test } from 'vitest';
import { complaint } from './requirements.ts';

const fit = { platform: 'linux', uid: 0, missing: [] };

test('there is nothing to say of Linux, root, and all programs', () => {
  expect(complaint(fit)).toBeUndefined();
});

test('what is missing is named once, with the command that gets it', () => {
  const missing = [
    { program: 'containerd', package: 'containerd' },
    { program: 'ctr', package: 'containerd' },
    { program: 'buildah', package: 'buildah' },
  ];
  const said = complaint({ ...fit, missing });
  expect(said).toContain('not here: containerd, ctr, buildah.');
  expect(said).toContain('apt-get install containerd buildah');
});

test('another user than root is told to be root, beside what is missing', () => {
  const said = complaint({ ...fit, uid: 1000, missing: [{ program: 'runc', package: 'runc' }] });
  expect(said).toContain('apt-get install runc');
  expect(said).toContain('The user here is 1000; run it as root.');
});

test('on another system nothing else is asked for', () => {
  expect(complaint({ platform: 'darwin', uid: 501, missing: [{ program: 'runc', package: 'runc' }] })).toBe(
    'A real node needs Linux; this is darwin.',
  );
});
