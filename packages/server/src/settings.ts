import { CLIENT_MODES, type ClientMode } from '@ddprofiler-rc/k8s-adapter';
import { COMMANDS, type Command } from './cli/commands.ts';
import { readFlags } from './flags.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';
import {
  anyText,
  complaint,
  flagOf,
  LABEL_IN_WORDS,
  namespaceName,
  objectName,
  oneOf,
  parseJournalBytes,
  parseLeaderElect,
  parseNamespaces,
  parsePort,
  quote,
  type Setting,
  setting,
} from './setting.ts';

/** What a person sets when starting the operator. */
export interface Settings {
  readonly client: ClientMode;
  /** The kubeconfig context; present with client `eks`, and only then. */
  readonly cluster?: string;
  readonly crdName: string;
  readonly crdNamespace: string;
  readonly logLevel: LogLevel;
  /** 0: any free port. */
  readonly port: number;
  readonly watchNamespaces: '*' | readonly string[];
  readonly leaderElect: false;
  /** As given: one path, or several as in `PATH`. */
  readonly kubeconfig?: string;
  /** Path of the journal on disk; none is written where absent. */
  readonly journalFile?: string;
  /** A journal that has grown to this is put aside, and a new one begins. */
  readonly journalMaxBytes: number;
}

export type SettingsResult =
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  /** Everything that is wrong, one line each, in the order of the table below. */
  | { readonly kind: 'invalid'; readonly messages: readonly string[] };

/** The settings, each an environment variable and a flag of the same name. `--help` is generated from this table. */
const TABLE = {
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
    description: 'Where /healthz, /readyz, /health and /metrics are served.',
    parse: parsePort,
  }),
  watchNamespaces: setting({
    name: 'WATCH_NAMESPACES',
    accepted: `* for all, or names of namespaces (${LABEL_IN_WORDS}) with commas between`,
    fallback: '*',
    description: 'Where sources and clones may be.',
    parse: parseNamespaces,
  }),
  leaderElect: setting<false>({
    name: 'LEADER_ELECT',
    accepted: 'false',
    fallback: 'false',
    isSwitch: true,
    description: 'Leader election among replicas. This version has none yet: run one replica.',
    parse: parseLeaderElect,
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

const ALL: readonly Setting<unknown>[] = Object.values(TABLE);

/**
 * Reads the settings. A flag wins over its environment variable; an empty value counts as not set, for that is how manifests and
 * shells say so. `--help` and `--version` win over everything, also over what is wrong.
 * @param args without the program's own name
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>, args: readonly string[]): SettingsResult {
  const flags = readFlags(
    args,
    ALL,
    COMMANDS.map(({ name }) => name),
  );
  if (flags.given.has('help')) return { kind: 'help', text: helpText() };
  if (flags.given.has('version')) return { kind: 'version' };

  const messages = [...flags.problems];
  const text = ({ name }: { name: string }) => flags.given.get(flagOf(name)) ?? env[name];
  function read<T>(one: Setting<T>, isRequired = one.isRequired === true): T | undefined {
    const given = text(one);
    const effective = given === undefined || given.trim() === '' ? one.fallback : given.trim();
    if (effective === undefined) {
      if (isRequired) messages.push(complaint(one, given === undefined ? 'is not set' : 'is empty'));
      return undefined;
    }
    const parsed = one.parse(effective);
    if ('value' in parsed) return parsed.value;
    messages.push(complaint(one, `got ${quote(effective)}${parsed.problem === '' ? '' : `, and ${parsed.problem}`}`));
    return undefined;
  }

  const client = read(TABLE.client);
  const cluster = client === 'eks' ? read(TABLE.cluster, true) : undefined;
  const crdName = read(TABLE.crdName);
  const crdNamespace = read(TABLE.crdNamespace);
  const logLevel = read(TABLE.logLevel);
  const port = read(TABLE.port);
  const watchNamespaces = read(TABLE.watchNamespaces);
  const leaderElect = read(TABLE.leaderElect);
  const kubeconfig = read(TABLE.kubeconfig);
  const journalFile = read(TABLE.journalFile);
  const journalMaxBytes = read(TABLE.journalMaxBytes);

  if (
    messages.length > 0 ||
    client === undefined ||
    crdName === undefined ||
    crdNamespace === undefined ||
    logLevel === undefined ||
    port === undefined ||
    watchNamespaces === undefined ||
    leaderElect === undefined ||
    journalMaxBytes === undefined
  ) {
    return { kind: 'invalid', messages };
  }
  const settings = { client, crdName, crdNamespace, logLevel, port, watchNamespaces, leaderElect, journalMaxBytes };
  return {
    kind: 'settings',
    settings: {
      ...settings,
      ...(cluster === undefined ? {} : { cluster }),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(journalFile === undefined ? {} : { journalFile }),
    },
  };
}

function describeCommand({ name, usage, summary }: Command): string {
  return `  ${name} ${usage}\n      ${summary}`;
}

function helpText(): string {
  const paragraphs = ALL.map(({ name, isSwitch, accepted, fallback, isRequired, description }) => {
    const need = isRequired === true ? ' Required.' : fallback === undefined ? '' : ` Default: ${fallback}`;
    const flag = `--${flagOf(name)}${isSwitch === true ? '' : '=VALUE'}`;
    return `  ${name}, ${flag}\n      ${description}\n      Accepted: ${accepted}.${need}`;
  });
  return [
    'Keeps scaled-down clones of Deployments, as the rules in a ConfigMap say.',
    'Usage: ddprofiler-rc [COMMAND] [FLAG]...',
    ['Commands:', '  run (default)\n      The operator; the settings below are for it.', ...COMMANDS.map(describeCommand)].join(
      '\n',
    ),
    'Settings are environment variables; the flag of the same name wins.',
    ...paragraphs,
    '  -h, --help\n      Print this and exit.',
    '  -v, --version\n      Print the version and exit.',
  ].join('\n\n');
}
