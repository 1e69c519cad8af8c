import { expect, test } from 'vitest';
import { hierarchies } from './cgroups.ts';

test('version 1: each hierarchy, and the one of version 2 beside them', () => {
  const mounts = `proc /proc proc rw 0 0
cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0
`;
  expect(hierarchies(mounts)).toEqual(['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/memory', '/sys/fs/cgroup/unified']);
});

test('version 2: the one that there is', () => {
  expect(hierarchies('cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n')).toEqual(['/sys/fs/cgroup']);
});
