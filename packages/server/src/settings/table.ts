import { DEFAULT_LIMITS, IMAGE_REFERENCES, type Limits } from '@ddprofiler-rc/core';
import { CLIENT_MODES } from '@ddprofiler-rc/k8s-adapter';
import { LOG_LEVELS } from '../log/log.ts';
import { type GroupOf, optional, required, type Table, withDefault } from './row.ts';
import {
  ALL_OR_NAMESPACES,
  anyText,
  BINDING_NAME,
  COUNT,
  DEPLOYMENT_KEY,
  IMAGE_PATTERNS,
  JOURNAL_BYTES,
  NAMESPACE,
  NAMESPACES,
  oneOf,
  PORT,
  SHARE,
  SWITCH,
} from './value-kinds.ts';

const CLIENT = required(
  'CLIENT',
  oneOf(CLIENT_MODES),
  'How to reach the cluster: the current context of the kubeconfig, the one that CLUSTER names, or the service account of the pod.',
);

/**
 * The one table of settings, by the property of `Settings` that each of them is. The type `Settings`, what reads them, `--help` and the table
 * in docs/guardrails.md are made from it. A new setting is one row here, and then the place that uses it.
 */
export const TABLE = {
  client: CLIENT,
  /** The kubeconfig context; present with client `eks`, and only then. */
  cluster: optional(
    'CLUSTER',
    anyText('the name of a context in the kubeconfig'),
    'The context to use. Required with CLIENT=eks, otherwise ignored.',
    { hint: 'kubectl config get-contexts lists them', onlyWith: { row: CLIENT, text: 'eks' } },
  ),
  crdName: required('CRD_NAME', BINDING_NAME, 'The binding: the object that says which ConfigMap holds the rules.'),
  crdNamespace: required('CRD_NAMESPACE', NAMESPACE, 'The namespace of the binding.'),
  logLevel: required('LOGLEVEL', oneOf(LOG_LEVELS), 'The least important lines to log.'),
  /** 0: any free port. */
  port: withDefault('PORT', PORT, '8324', 'Where /healthz, /readyz, /health, /metrics and /journal are served.'),
  watchNamespaces: withDefault('WATCH_NAMESPACES', ALL_OR_NAMESPACES, '*', 'Where sources and clones may be.'),
  /** What no rule can widen: each limit of the core has a row here, and the chart has a value for it (`guardrails`). */
  limits: {
    rulesNamespaces: withDefault(
      'RULES_NAMESPACES',
      NAMESPACES,
      DEFAULT_LIMITS.rulesNamespaces.join(','),
      'Namespaces, beside the binding’s own, that its cmNamespace may name. A ConfigMap elsewhere is not read, for who may edit rules may run what they say.',
    ),
    images: optional(
      'ALLOWED_IMAGES',
      IMAGE_PATTERNS,
      'Where the images come from that rules set; short names are completed as in docker.io/library/busybox. Where not set: from anywhere.',
    ),
    imageReference: withDefault(
      'IMAGE_REFERENCE',
      oneOf(IMAGE_REFERENCES),
      DEFAULT_LIMITS.imageReference,
      'What an image that a rule sets must have: a tag or a digest, or a digest.',
    ),
    maxReplicas: optional('MAX_REPLICAS', COUNT, 'Most replicas that one clone may have. Where not set: any number.'),
    maxClones: optional('MAX_CLONES', COUNT, 'Most clones that there may be. Where not set: any number.'),
    massDeletion: {
      share: withDefault(
        'MASS_DELETION_SHARE',
        SHARE,
        String(DEFAULT_LIMITS.massDeletion.share),
        'Rules that would delete more than this share of the clones at once, and more than MASS_DELETION_FLOOR, are held until a person confirms. 1: never held.',
      ),
      floor: withDefault(
        'MASS_DELETION_FLOOR',
        COUNT,
        String(DEFAULT_LIMITS.massDeletion.floor),
        'So many clones may always be deleted at once.',
      ),
    },
    refusesHpaCount: withDefault(
      'REFUSE_HPA_COUNT',
      SWITCH,
      String(DEFAULT_LIMITS.refusesHpaCount),
      'Refuses a rule with shared traffic where a HorizontalPodAutoscaler of the source would count the clone’s pods. Otherwise it is only told.',
    ),
    operatorDeployment: optional(
      'OPERATOR_DEPLOYMENT',
      DEPLOYMENT_KEY,
      'The Deployment that the operator itself runs as: it is never a source.',
    ),
  } satisfies GroupOf<Limits>,
  /** Whether one of several replicas leads, and the others stand by. */
  leaderElect: withDefault(
    'LEADER_ELECT',
    SWITCH,
    'false',
    'Leader election among replicas with the same binding, by a Lease in its namespace: one writes, the others stand by. Without it, run one replica.',
  ),
  /** As given: one path, or several as in `PATH`. */
  kubeconfig: optional(
    'KUBECONFIG',
    anyText('a path, or several as in PATH'),
    'The kubeconfig for CLIENT=local and CLIENT=eks. Where not set: ~/.kube/config.',
  ),
  /** Path of the journal on disk; none is written where absent. */
  journalFile: optional(
    'JOURNAL_FILE',
    anyText('a path'),
    'Where to write the journal: every event and decision, free of secrets, for `ddprofiler-rc replay`. Where not set: none is written. A journal that is there already becomes PATH.1.',
  ),
  /** A journal that has grown to this is put aside, and a new one begins. */
  journalMaxBytes: withDefault(
    'JOURNAL_MAX_BYTES',
    JOURNAL_BYTES,
    '67108864',
    'A journal that has grown to this becomes PATH.1, and a new one begins with the state so far.',
  ),
} satisfies Table;
