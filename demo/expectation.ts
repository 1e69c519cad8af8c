/**
 * What a step expects, as data: the words that announce it, the test whether it has come true, and the words for what is there
 * instead all come from one value.
 */
import type { Workloads } from './mirror.ts';
import type { Workload } from './workload.ts';

/** What one Deployment is to be like when the step is over; its rollout is to be over too. */
export interface Wanted {
  readonly replicas: number;
  readonly image: string;
  /** `NAME=value`, in order, and no others. */
  readonly env: readonly string[];
  /**
   * Against the step's beginning. `new`: another object, by its UID. `changed`: the same object with another spec.
   * `untouched`: the same object, its spec not written once.
   */
  readonly is: 'new' | 'changed' | 'untouched';
}

export interface Expectation {
  /** By name. */
  readonly deployments: Readonly<Record<string, Wanted | 'gone'>>;
  /** What the operator says of the rules. */
  readonly rules: RulesStanding;
}

/** `unknown`: the text in the cluster cannot be read, and the last good rules are in force. */
export type RulesStanding = 'read' | 'unknown';

/** What can be seen at one moment. */
export interface Sight {
  readonly workloads: Workloads;
  /** As the operator's `/health` says; undefined where it does not answer. */
  readonly rules: RulesStanding | undefined;
}

/**
 * What is not yet as expected, one sentence each; none when all is, and no Deployment's rollout goes on: a step does not begin in
 * the midst of the last one's consequences. `before` is the sight when the step began.
 */
export function missing({ deployments, rules }: Expectation, now: Sight, before: Workloads): readonly string[] {
  const inDeployments = Object.entries(deployments).flatMap(([name, wanted]) => {
    const found = now.workloads.get(name);
    const problem = wanted === 'gone' ? isGone(found) : differs(wanted, found, before.get(name));
    return problem === undefined ? [] : [`${name} ${problem}`];
  });
  const inRules = now.rules === rules ? [] : [saidOfRules(now.rules)];
  const unsettled = [...now.workloads.values()].filter(({ name, settled }) => !settled && deployments[name] === undefined);
  return [...inDeployments, ...inRules, ...unsettled.map(({ name }) => `the rollout of ${name} goes on`)];
}

function isGone(found: Workload | undefined): string | undefined {
  return found === undefined ? undefined : 'is still there';
}

function differs(wanted: Wanted, found: Workload | undefined, before: Workload | undefined): string | undefined {
  if (found === undefined) return 'is not there';
  if (found.wanted !== wanted.replicas) return `wants ${found.wanted} replicas`;
  if (found.image !== wanted.image) return `has image ${found.image}`;
  if (found.env.join('\n') !== wanted.env.join('\n')) return `has ${listed(found.env)}`;
  if (!found.settled) return `has ${found.ready} of ${found.wanted} replicas ready, or its rollout goes on`;
  switch (wanted.is) {
    case 'new':
      return found.uid === before?.uid ? 'is the object that it was' : undefined;
    case 'changed':
      if (found.uid !== before?.uid) return 'is another object than before';
      return found.generation === before.generation ? 'was not written' : undefined;
    case 'untouched':
      if (found.uid !== before?.uid) return 'is another object than before';
      return found.generation === before.generation ? undefined : 'was written';
  }
}

/** One line for each Deployment, and one for rules that cannot be read. */
export function inWords({ deployments, rules }: Expectation): readonly string[] {
  const lines = Object.entries(deployments).map(([name, wanted]) =>
    wanted === 'gone'
      ? `${name}: gone`
      : `${name}: ${describe(wanted.is, { ...wanted, ready: wanted.replicas, wanted: wanted.replicas })}`,
  );
  return rules === 'unknown' ? [...lines, saidOfRules(rules)] : lines;
}

/** What is there, in the words and the order of {@link inWords}. */
export function seenInWords({ deployments, rules }: Expectation, now: Sight, before: Workloads): readonly string[] {
  const lines = Object.keys(deployments).map((name) => {
    const found = now.workloads.get(name);
    return `${name}: ${found === undefined ? 'gone' : describe(historyOf(found, before.get(name)), found)}`;
  });
  if (rules === now.rules && rules === 'read') return lines;
  return [...lines, saidOfRules(now.rules)];
}

function saidOfRules(rules: Sight['rules']): string {
  switch (rules) {
    case 'read':
      return 'the operator says that the rules are read';
    case 'unknown':
      return 'the operator says that the rules cannot be read';
    case undefined:
      return 'the operator does not answer';
  }
}

function describe(history: Wanted['is'], of: Pick<Workload, 'ready' | 'wanted' | 'image' | 'env'>): string {
  const ready = `${of.ready}/${of.wanted} ready`;
  // Its spec is the one that the table has shown all along.
  if (history === 'untouched') return `untouched, ${ready}`;
  return `${history}, ${ready}, ${of.image}, ${listed(of.env)}`;
}

function historyOf(found: Workload, before: Workload | undefined): Wanted['is'] {
  if (found.uid !== before?.uid) return 'new';
  return found.generation === before.generation ? 'untouched' : 'changed';
}

function listed(env: readonly string[]): string {
  return env.length === 0 ? 'no variables' : env.join(' ');
}
