import type { Limits } from '@ddprofiler-rc/core';
import { DEFAULT_LIMITS } from '@ddprofiler-rc/core';
import type { ClientMode } from '@ddprofiler-rc/k8s-adapter';
import { COMMANDS, type Command } from '../cli/commands.ts';
import type { LogLevel } from '../log/log.ts';
import { readFlags } from './flags.ts';
import { TABLE } from './table.ts';
import { complaint, flagOf, quote, type Setting } from './value-kinds.ts';

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
  /** Whether one of several replicas leads, and the others stand by. */
  readonly leaderElect: boolean;
  /** What no rule can widen. */
  readonly limits: Limits;
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
  const limits = {
    rulesNamespaces: read(TABLE.rulesNamespaces) ?? [],
    images: read(TABLE.allowedImages),
    imageReference: read(TABLE.imageReference),
    maxReplicas: read(TABLE.maxReplicas),
    maxClones: read(TABLE.maxClones),
    share: read(TABLE.massDeletionShare),
    floor: read(TABLE.massDeletionFloor),
    refusesHpaCount: read(TABLE.refuseHpaCount),
    operatorDeployment: read(TABLE.operatorDeployment),
  };
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
      limits: limitsOf(limits),
      ...(cluster === undefined ? {} : { cluster }),
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(journalFile === undefined ? {} : { journalFile }),
    },
  };
}

/** What is not set has its default, which every setting with one gives already. */
function limitsOf(read: {
  readonly rulesNamespaces: readonly string[];
  readonly images: readonly string[] | undefined;
  readonly imageReference: Limits['imageReference'] | undefined;
  readonly maxReplicas: number | undefined;
  readonly maxClones: number | undefined;
  readonly share: number | undefined;
  readonly floor: number | undefined;
  readonly refusesHpaCount: boolean | undefined;
  readonly operatorDeployment: Limits['operatorDeployment'] | undefined;
}): Limits {
  const { rulesNamespaces, images, maxReplicas, maxClones, operatorDeployment } = read;
  const { imageReference, massDeletion, refusesHpaCount } = DEFAULT_LIMITS;
  return {
    rulesNamespaces,
    imageReference: read.imageReference ?? imageReference,
    massDeletion: { share: read.share ?? massDeletion.share, floor: read.floor ?? massDeletion.floor },
    refusesHpaCount: read.refusesHpaCount ?? refusesHpaCount,
    ...(images === undefined ? {} : { images }),
    ...(maxReplicas === undefined ? {} : { maxReplicas }),
    ...(maxClones === undefined ? {} : { maxClones }),
    ...(operatorDeployment === undefined ? {} : { operatorDeployment }),
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
