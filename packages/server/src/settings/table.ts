import { DEFAULT_LIMITS, IMAGE_REFERENCES } from '@ddprofiler-rc/core';
import { CLIENT_MODES } from '@ddprofiler-rc/k8s-adapter';
import { LOG_LEVELS } from '../log/log.ts';
import {
  anyText,
  LABEL_IN_WORDS,
  namespaceName,
  objectName,
  oneOf,
  parseCount,
  parseDeploymentKey,
  parseImagePatterns,
  parseJournalBytes,
  parseNames,
  parseNamespaces,
  parsePort,
  parseShare,
  parseSwitch,
  setting,
} from './value-kinds.ts';

/** The settings, each an environment variable and a flag of the same name. `--help` is generated from this table. */
export const TABLE = {
  client: setting({
    name: 'CLIENT',
    accepted: CLIENT_MODES.join(', '),
    isRequired: true,
    description:
      'How to reach the cluster: the current context of the kubeconfig, the one that CLUSTER names, or the service account of the pod.',
    parse: oneOf(CLIENT_MODES),
  }),
  cluster: setting({
    name: 'CLUSTER',
    accepted: 'the name of a context in the kubeconfig',
    description: 'The context to use. Required with CLIENT=eks, otherwise ignored.',
    hint: 'kubectl config get-contexts lists them',
    parse: anyText,
  }),
  crdName: setting({
    name: 'CRD_NAME',
    accepted: 'the name of a DDProfCrd object',
    isRequired: true,
    description: 'The binding: the object that says which ConfigMap holds the rules.',
    parse: objectName,
  }),
  crdNamespace: setting({
    name: 'CRD_NAMESPACE',
    accepted: `the name of a namespace (${LABEL_IN_WORDS})`,
    isRequired: true,
    description: 'The namespace of the binding.',
    parse: namespaceName,
  }),
  logLevel: setting({
    name: 'LOGLEVEL',
    accepted: LOG_LEVELS.join(', '),
    isRequired: true,
    description: 'The least important lines to log.',
    parse: oneOf(LOG_LEVELS),
  }),
  port: setting({
    name: 'PORT',
    accepted: '0 to 65535; 0 is any free port',
    fallback: '8324',
    description: 'Where /healthz, /readyz, /health, /metrics and /journal are served.',
    parse: parsePort,
  }),
  watchNamespaces: setting({
    name: 'WATCH_NAMESPACES',
    accepted: `* for all, or names of namespaces (${LABEL_IN_WORDS}) with commas between`,
    fallback: '*',
    description: 'Where sources and clones may be.',
    parse: parseNamespaces,
  }),
  rulesNamespaces: setting({
    name: 'RULES_NAMESPACES',
    accepted: 'names of namespaces with commas between',
    description:
      'Namespaces, beside the binding’s own, that its cmNamespace may name. A ConfigMap elsewhere is not read, for who may edit rules may run what they say.',
    parse: parseNames,
  }),
  allowedImages: setting({
    name: 'ALLOWED_IMAGES',
    accepted: 'repositories with commas between; * stands for any characters but /, ** for any at all',
    description:
      'Where the images come from that rules set; short names are completed as in docker.io/library/busybox. Where not set: from anywhere.',
    parse: parseImagePatterns,
  }),
  imageReference: setting({
    name: 'IMAGE_REFERENCE',
    accepted: IMAGE_REFERENCES.join(', '),
    fallback: DEFAULT_LIMITS.imageReference,
    description: 'What an image that a rule sets must have: a tag or a digest, or a digest.',
    parse: oneOf(IMAGE_REFERENCES),
  }),
  maxReplicas: setting({
    name: 'MAX_REPLICAS',
    accepted: 'a whole number',
    description: 'Most replicas that one clone may have. Where not set: any number.',
    parse: parseCount,
  }),
  maxClones: setting({
    name: 'MAX_CLONES',
    accepted: 'a whole number',
    description: 'Most clones that there may be. Where not set: any number.',
    parse: parseCount,
  }),
  massDeletionShare: setting({
    name: 'MASS_DELETION_SHARE',
    accepted: '0 to 1',
    fallback: String(DEFAULT_LIMITS.massDeletion.share),
    description:
      'Rules that would delete more than this share of the clones at once, and more than MASS_DELETION_FLOOR, are held until a person confirms. 1: never held.',
    parse: parseShare,
  }),
  massDeletionFloor: setting({
    name: 'MASS_DELETION_FLOOR',
    accepted: 'a whole number',
    fallback: String(DEFAULT_LIMITS.massDeletion.floor),
    description: 'So many clones may always be deleted at once.',
    parse: parseCount,
  }),
  refuseHpaCount: setting<boolean>({
    name: 'REFUSE_HPA_COUNT',
    accepted: 'true, false',
    fallback: String(DEFAULT_LIMITS.refusesHpaCount),
    isSwitch: true,
    description:
      'Refuses a rule with shared traffic where a HorizontalPodAutoscaler of the source would count the clone’s pods. Otherwise it is only told.',
    parse: parseSwitch,
  }),
  operatorDeployment: setting({
    name: 'OPERATOR_DEPLOYMENT',
    accepted: 'namespace/name',
    description: 'The Deployment that the operator itself runs as: it is never a source.',
    parse: parseDeploymentKey,
  }),
  leaderElect: setting<boolean>({
    name: 'LEADER_ELECT',
    accepted: 'true, false',
    fallback: 'false',
    isSwitch: true,
    description:
      'Leader election among replicas with the same binding, by a Lease in its namespace: one writes, the others stand by. Without it, run one replica.',
    parse: parseSwitch,
  }),
  kubeconfig: setting({
    name: 'KUBECONFIG',
    accepted: 'a path, or several as in PATH',
    description: 'The kubeconfig for CLIENT=local and CLIENT=eks. Where not set: ~/.kube/config.',
    parse: anyText,
  }),
  journalFile: setting({
    name: 'JOURNAL_FILE',
    accepted: 'a path',
    description:
      'Where to write the journal: every event and decision, free of secrets, for `ddprofiler-rc replay`. Where not set: none is written. A journal that is there already becomes PATH.1.',
    parse: anyText,
  }),
  journalMaxBytes: setting({
    name: 'JOURNAL_MAX_BYTES',
    accepted: 'a whole number of bytes, 1048576 or more',
    fallback: '67108864',
    description: 'A journal that has grown to this becomes PATH.1, and a new one begins with the state so far.',
    parse: parseJournalBytes,
  }),
} as const;
