/** The story that the demo tells: what somebody does, and what is expected of the operator. Each step begins where the last ended. */
import { type Action, apply, remove, removeVariable, scale, setImage, setVariable } from './action.ts';
import type { Expectation, Wanted } from './expectation.ts';

export interface Step {
  readonly title: string;
  readonly act: readonly Action[];
  readonly expect: Expectation;
}

/** Before the story: what any cluster has in which the operator is about to be used. */
export const GROUNDWORK: readonly Action[] = [
  apply('charts/ddprofiler-rc/files/crd.yaml'),
  apply('demo/example/nginx-deployment.yaml'),
  apply('demo/example/nginx-deployment-2.yaml'),
];

/** The binding that demo/example/binding.yaml makes. */
export const BINDING = { namespace: 'default', name: 'profiler' } as const;

const SOURCE = 'nginx-deployment';
const CLONE = 'nginx-deployment-profiler';
const OTHER_SOURCE = 'nginx-deployment-2';
const OTHER_CLONE = 'nginx-deployment-2-profiler';
const CONTAINER = 'nginx';

const FIRST_IMAGE = 'nginx:1.29';
const NEXT_IMAGE = 'nginx:1.30';
const PROFILING = 'PROFILING_ENABLED=True';
const ALL_VARIABLES = ['LOG_FORMAT=json', 'DEBUG=1', PROFILING];
const WITHOUT_DEBUG = ['LOG_FORMAT=json', PROFILING];

/** A tenth of 10, with the image that its rule gives it: whatever happens to the other clone, this one is left alone. */
const BYSTANDER: Wanted = { replicas: 1, image: 'busybox', env: [PROFILING], is: 'untouched' };

const clone = (wanted: Wanted, rules: Expectation['rules'] = 'read'): Expectation => ({
  deployments: { [CLONE]: wanted, [OTHER_CLONE]: BYSTANDER },
  rules,
});

export const STORY: readonly Step[] = [
  {
    title: 'The rules are applied: clones appear',
    act: [apply('demo/example/rules.yaml'), apply('demo/example/binding.yaml')],
    expect: {
      deployments: {
        [CLONE]: { replicas: 3, image: FIRST_IMAGE, env: ALL_VARIABLES, is: 'new' },
        [OTHER_CLONE]: { ...BYSTANDER, is: 'new' },
      },
      rules: 'read',
    },
  },
  {
    title: 'The source is scaled from 6 to 3: the clone has half, rounded up',
    act: [scale(SOURCE, 3)],
    expect: clone({ replicas: 2, image: FIRST_IMAGE, env: ALL_VARIABLES, is: 'changed' }),
  },
  {
    title: 'Both sources get a new image: a clone follows, unless its rule has an image of its own',
    act: [setImage(SOURCE, CONTAINER, NEXT_IMAGE), setImage(OTHER_SOURCE, CONTAINER, NEXT_IMAGE)],
    expect: clone({ replicas: 2, image: NEXT_IMAGE, env: ALL_VARIABLES, is: 'changed' }),
  },
  {
    title: 'A variable is removed from the source: it goes from the clone, and the rule’s own stays',
    act: [removeVariable(SOURCE, CONTAINER, 'DEBUG')],
    expect: clone({ replicas: 2, image: NEXT_IMAGE, env: WITHOUT_DEBUG, is: 'changed' }),
  },
  {
    title: 'Somebody deletes the clone: it comes back',
    act: [remove(CLONE)],
    expect: clone({ replicas: 2, image: NEXT_IMAGE, env: WITHOUT_DEBUG, is: 'new' }),
  },
  {
    title: 'Somebody edits the clone: it is put back',
    act: [scale(CLONE, 9), setVariable(CLONE, CONTAINER, 'PROFILING_ENABLED', 'False')],
    expect: clone({ replicas: 2, image: NEXT_IMAGE, env: WITHOUT_DEBUG, is: 'changed' }),
  },
  {
    title: 'The rules are broken: the clones stay as they are',
    act: [apply('demo/example/rules-broken.yaml')],
    expect: clone({ replicas: 2, image: NEXT_IMAGE, env: WITHOUT_DEBUG, is: 'untouched' }, 'unknown'),
  },
  {
    title: 'The source is scaled while the rules are broken: the last good rules are in force',
    act: [scale(SOURCE, 5)],
    expect: clone({ replicas: 3, image: NEXT_IMAGE, env: WITHOUT_DEBUG, is: 'changed' }, 'unknown'),
  },
  {
    title: 'The rules are repaired: the clones stay as they are',
    act: [apply('demo/example/rules.yaml')],
    expect: clone({ replicas: 3, image: NEXT_IMAGE, env: WITHOUT_DEBUG, is: 'untouched' }),
  },
  {
    title: 'The source is deleted: the clone is scaled to zero',
    act: [remove(SOURCE)],
    expect: {
      deployments: {
        [SOURCE]: 'gone',
        [CLONE]: { replicas: 0, image: NEXT_IMAGE, env: WITHOUT_DEBUG, is: 'changed' },
        [OTHER_CLONE]: BYSTANDER,
      },
      rules: 'read',
    },
  },
  {
    title: 'The source comes back: so do the clone’s replicas',
    act: [apply('demo/example/nginx-deployment.yaml')],
    expect: clone({ replicas: 3, image: FIRST_IMAGE, env: ALL_VARIABLES, is: 'changed' }),
  },
];
