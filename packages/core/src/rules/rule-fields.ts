import { CONTAINERS } from './container-fields.ts';
import { ENV, ENV_NAMES } from './env.ts';
import { defaultsOf, optional, required, requiredIn, withDefault } from './field-table.ts';
import { CONTAINER_NAME, FLAG, IMAGE, LABEL_KEYS, MOMENT, oneOf, REPLICAS, SCALE_FACTOR, TEXT } from './value-kinds.ts';

/** What becomes of a clone whose source is gone, or whose rule is gone. */
export const POLICIES = ['scale_to_zero', 'delete', 'keep'] as const;
export type Policy = (typeof POLICIES)[number];

/** `shared`: the clone's pods get the traffic of the source's Services. `isolated`: no Service, autoscaler or budget of the source matches them. */
const TRAFFIC = ['shared', 'isolated'] as const;

/**
 * The one table of rule fields, by the property of `Rule` that each of them is. What reads rules, what writes them into the memory, the type
 * `Rule`, the JSON Schema and the reference are all made from it. A new field is one line here, and then the place that uses it.
 */
export const RULE_FIELDS = {
  scaleFactor: required(
    'scale_factor',
    SCALE_FACTOR,
    'The clone has this many times the source’s replicas, rounded up; exact in decimals.',
  ),
  /** The clone is `<source>-<nameSuffix>`. */
  nameSuffix: required('name_suffix', TEXT, 'The clone is called `<source>-<name_suffix>`.'),
  /** Image of the chosen container; the source's where absent. */
  // **[was]** the code read `cloned_image` where the documentation said `image`.
  image: optional('image', IMAGE, 'Image of the chosen container; the source’s where absent.', 'cloned_image'),
  /** Replaces variables of the same name, `valueFrom` included; in the order of the rules text, each name once. */
  env: withDefault(
    'env',
    ENV,
    [],
    'Environment variables of the chosen container; each replaces the one of its name, `valueFrom` included.',
  ),
  /** Names removed from the clone. */
  unsetEnv: withDefault(
    'unset_env',
    ENV_NAMES,
    [],
    'Names of environment variables that the chosen container of the clone does not have.',
  ),
  /** The container that `image` and `env` apply to; where absent, the default-container annotation's, else the first. */
  container: optional(
    'container',
    CONTAINER_NAME,
    'The container that `image`, `env` and `unset_env` are for; else the one that the annotation `kubectl.kubernetes.io/default-container` names, else the first.',
  ),
  /** Changes of further containers by their names; init and sidecar containers included. */
  containers: withDefault(
    'containers',
    CONTAINERS,
    {},
    'Changes of further containers by name, init and sidecar containers included.',
  ),
  minReplicas: withDefault('min_replicas', REPLICAS, 0, 'The clone has at least so many replicas, unless its source has none.'),
  maxReplicas: optional('max_replicas', REPLICAS, 'The clone has at most so many replicas.'),
  traffic: withDefault(
    'traffic',
    oneOf(TRAFFIC),
    'shared',
    '`shared`: the clone’s pods keep the source’s labels and get its Services’ traffic. `isolated`: they keep none but `keep_labels`.',
  ),
  /** Keys of the source's pod labels that the clone's pods keep, where traffic is isolated. */
  keepLabels: withDefault(
    'keep_labels',
    LABEL_KEYS,
    [],
    'Keys of pod labels that the clone’s pods keep where traffic is isolated.',
  ),
  onSourceDeleted: withDefault(
    'on_source_deleted',
    oneOf(POLICIES),
    'scale_to_zero',
    'What becomes of the clone when its source is gone.',
  ),
  onRuleRemoved: withDefault(
    'on_rule_removed',
    oneOf(POLICIES),
    'delete',
    'What becomes of the clone when its rule is gone: as the last good rule said.',
  ),
  /** `kubectl rollout restart` of the source restarts the clone. */
  followRestarts: withDefault('follow_restarts', FLAG, true, '`kubectl rollout restart` of the source restarts the clone too.'),
  /** Takes over a Deployment of the clone's name that the operator did not make. */
  adopt: withDefault('adopt', FLAG, false, 'Takes over a Deployment of the clone’s name that the operator did not make.'),
  /** The clone is left as it is. */
  suspend: withDefault(
    'suspend',
    FLAG,
    false,
    'Leaves the clone as it is, also when its source is gone; but with `on_source_deleted: delete` the cluster itself removes it then.',
  ),
  /** From then on the clone is treated as if its rule were removed. */
  activeUntil: optional('active_until', MOMENT, 'From this time on the clone is treated as if its rule were removed.'),
};

export const DEFAULTS = defaultsOf(RULE_FIELDS);

export const REQUIRED = requiredIn(RULE_FIELDS);
