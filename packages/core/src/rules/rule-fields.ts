import { CONTAINERS } from './container-fields.ts';
import { ENV, ENV_NAMES } from './env.ts';
import { type Draft, type FieldTable, fieldsOf } from './field-table.ts';
import { POLICIES, type Rule, TRAFFIC } from './rule.ts';
import { CONTAINER_NAME, FLAG, IMAGE, LABEL_KEYS, MOMENT, oneOf, REPLICAS, SCALE_FACTOR, TEXT } from './value-kinds.ts';

/*
 * The one table of rule fields: name in the rules text ↔ property of Rule, with its kind of value. What reads rules, what writes them on
 * a clone, the JSON Schema and the reference are all made from it. A new field is one line here, and one in the defaults if it has one.
 */

/** What a rule says beside which source it is for. */
export type Settings = Omit<Rule, 'namespace' | 'source'>;

const field = fieldsOf<Settings>();

export const DEFAULTS = {
  env: [],
  unsetEnv: [],
  containers: {},
  minReplicas: 0,
  traffic: 'shared',
  keepLabels: [],
  onSourceDeleted: 'scale_to_zero',
  onRuleRemoved: 'delete',
  followRestarts: true,
  adopt: false,
  suspend: false,
} as const satisfies Draft<Settings>;

export const REQUIRED = ['scale_factor', 'name_suffix'] as const;

export const RULE_FIELDS: FieldTable<Settings> = {
  defaults: DEFAULTS,
  fields: [
    field(
      'scale_factor',
      'scaleFactor',
      SCALE_FACTOR,
      'The clone has this many times the source’s replicas, rounded up; exact in decimals.',
    ),
    field('name_suffix', 'nameSuffix', TEXT, 'The clone is called `<source>-<name_suffix>`.'),
    // **[was]** the code read `cloned_image` where the documentation said `image`.
    field('image', 'image', IMAGE, 'Image of the chosen container; the source’s where absent.', 'cloned_image'),
    field(
      'env',
      'env',
      ENV,
      'Environment variables of the chosen container; each replaces the one of its name, `valueFrom` included.',
    ),
    field(
      'unset_env',
      'unsetEnv',
      ENV_NAMES,
      'Names of environment variables that the chosen container of the clone does not have.',
    ),
    field(
      'container',
      'container',
      CONTAINER_NAME,
      'The container that `image`, `env` and `unset_env` are for; else the one that the annotation `kubectl.kubernetes.io/default-container` names, else the first.',
    ),
    field('containers', 'containers', CONTAINERS, 'Changes of further containers by name, init and sidecar containers included.'),
    field('min_replicas', 'minReplicas', REPLICAS, 'The clone has at least so many replicas, unless its source has none.'),
    field('max_replicas', 'maxReplicas', REPLICAS, 'The clone has at most so many replicas.'),
    field(
      'traffic',
      'traffic',
      oneOf(TRAFFIC),
      '`shared`: the clone’s pods keep the source’s labels and get its Services’ traffic. `isolated`: they keep none but `keep_labels`.',
    ),
    field('keep_labels', 'keepLabels', LABEL_KEYS, 'Keys of pod labels that the clone’s pods keep where traffic is isolated.'),
    field('on_source_deleted', 'onSourceDeleted', oneOf(POLICIES), 'What becomes of the clone when its source is gone.'),
    field(
      'on_rule_removed',
      'onRuleRemoved',
      oneOf(POLICIES),
      'What becomes of the clone when its rule is gone: as the last good rule said.',
    ),
    field('follow_restarts', 'followRestarts', FLAG, '`kubectl rollout restart` of the source restarts the clone too.'),
    field('adopt', 'adopt', FLAG, 'Takes over a Deployment of the clone’s name that the operator did not make.'),
    field(
      'suspend',
      'suspend',
      FLAG,
      'Leaves the clone as it is, also when its source is gone; but with `on_source_deleted: delete` the cluster itself removes it then.',
    ),
    field('active_until', 'activeUntil', MOMENT, 'From this time on the clone is treated as if its rule were removed.'),
  ],
};
