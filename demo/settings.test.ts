import { expect, test } from 'vitest';
import { readDemoSettings } from './settings.ts';

const BASE = { kind: 'settings', cluster: 'embedded', keep: false, isLive: true, pauseMs: 1500 };

test.each([
  [{}, true, BASE],
  [{ KEEP: '', CLUSTER: '', PAUSE: '' }, true, BASE],
  [{ KEEP: '1' }, true, { ...BASE, keep: true }],
  [{ KEEP: '0' }, true, BASE],
  [{ CLUSTER: 'real' }, true, { ...BASE, cluster: 'real' }],
  [{ PAUSE: '0' }, true, { ...BASE, pauseMs: 0 }],
  [{}, false, { ...BASE, isLive: false }],
  [{ NO_COLOR: '1' }, true, { ...BASE, isLive: false }],
  [{ CI: 'true' }, true, { ...BASE, isLive: false }],
  [{ CI: 'false' }, true, BASE],
  [{ TERM: 'dumb' }, true, { ...BASE, isLive: false }],
])('given %j and a terminal: %s, then so', (env, isTerminal, settings) => {
  expect(readDemoSettings(env, isTerminal)).toEqual(settings);
});

test('given bad values, then each is said with what is accepted', () => {
  expect(readDemoSettings({ CLUSTER: 'mine', PAUSE: 'long' }, true)).toEqual({
    kind: 'invalid',
    messages: ['CLUSTER: got "mine"; accepted: embedded, real', 'PAUSE: got "long"; accepted: seconds, 0 and above'],
  });
});
