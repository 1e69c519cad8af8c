/**
 * Tells the story: a cluster, the operator beside it in a process of its own, and step by step what somebody does, what is expected
 * and what is seen.
 *
 * | how it ends | exit code |
 * | --- | --- |
 * | every step came out as expected (with `keep`: and somebody ended it then) | 0 |
 * | a step came out otherwise, or something broke: said, with the operator's last log lines | 1 |
 * | `signal` was aborted before the story was over | 130 |
 *
 * However it ends, no process and no temporary folder is left.
 */
import { once } from 'node:events';
import { Failure, messageOf } from '@ddprofiler-rc/control-plane/failure';
import { describeExit, lastLines } from '@ddprofiler-rc/control-plane/guarded-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';
import type { ApiObject } from './api.ts';
import type { DemoOperator } from './demo-operator.ts';
import { inWords, missing, type Sight, seenInWords } from './expectation.ts';
import { replay } from './replay.ts';
import { type Endings, type Stage, type StageOptions, setStage } from './stage.ts';
import type { Step } from './story.ts';

export interface DemoOptions extends StageOptions {
  readonly story: readonly Step[];
  /** Stay up after the story until `signal` is aborted. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
  /** How long a step may take to come out as expected. */
  readonly deadlineMs: number;
  /** When the program was started, on the clock of `performance.now()`. */
  readonly startedAt: number;
}

const INTERRUPTED = 130;

export async function runDemo(options: DemoOptions): Promise<number> {
  const { screen, signal, keep } = options;
  const endings: Endings = [];
  const interrupted = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  try {
    // What goes on of an interrupted story fails soon, since its cluster and its operator are ended; nobody is told.
    const stage = await Promise.race([tell(options, endings), interrupted.then(() => undefined)]);
    if (stage === undefined) return INTERRUPTED;
    if (keep) {
      sayWhereThingsAre(stage);
      await Promise.race([interrupted, endOf(stage.operator)]);
    }
    await sayWhatTheJournalSays(stage, options);
    return 0;
  } catch (thrown) {
    screen.say('');
    for (const line of messageOf(thrown).split('\n')) screen.say(line, 'bad');
    return 1;
  } finally {
    screen.end();
    for (const end of endings.toReversed()) await end();
  }
}

async function tell(options: DemoOptions, endings: Endings): Promise<Stage> {
  const { screen, story, startedAt, signal } = options;
  const stage = await setStage(options, endings);
  for (const [index, step] of story.entries()) {
    if (index > 0) await screen.pause(signal);
    screen.say('');
    screen.say(`${String(index + 1).padStart(2)}/${story.length}  ${step.title}`, 'title');
    await play(step, stage, options);
  }
  await stage.operator.healthy();
  const clones = [...stage.mirror.workloads.values()].filter(({ source }) => source !== undefined).length;
  const firstClone = stage.firstCloneAt();
  screen.say('');
  screen.say(`All ${story.length} steps came out as expected; the operator says that all ${clones} clones are healthy.`, 'good');
  if (firstClone !== undefined) screen.say(`The first clone was there ${seconds(firstClone - startedAt)} after the start.`);
  return stage;
}

/** @throws Failure where it does not come out as expected */
async function play({ act, expect }: Step, stage: Stage, { screen, deadlineMs }: DemoOptions): Promise<void> {
  const { api, mirror, operator } = stage;
  const before = mirror.workloads;
  for (const { command } of act) screen.say(`    did       ${command}`, 'quiet');
  for (const line of inWords(expect)) screen.say(`    expected  ${line}`, 'quiet');
  const beganAt = performance.now();
  const look = async (): Promise<Sight> => ({ rules: await operator.rules(), workloads: mirror.workloads });
  const say = (sight: Sight) => {
    for (const line of seenInWords(expect, sight, before)) screen.say(`    saw       ${line}`);
  };
  try {
    const answers: ApiObject[] = [];
    for (const action of act) answers.push(...(await action.run(api)));
    const cameTrue = async () => {
      if (!answers.every((answer) => mirror.hasSeen(answer))) return 'the watch has not yet told of what was done';
      const sight = await look();
      const problems = missing(expect, sight, before);
      if (problems.length > 0) return problems.join('; ');
      say(sight);
      return true;
    };
    await waitFor('what was expected', cameTrue, { program: operator.process, deadlineMs, pollMs: 10 });
  } catch (thrown) {
    say(await look());
    throw withLog(thrown, operator);
  }
  screen.say(`    as expected, after ${seconds(performance.now() - beganAt)}`, 'good');
}

/** Waiting already tells the operator's last log lines; everything else that fails gets them here. */
function withLog(thrown: unknown, { process }: DemoOperator): unknown {
  if (thrown instanceof Failure) return thrown;
  const message = `${messageOf(thrown)}\nlast lines of ${process.name}:\n${lastLines(process.output())}`;
  return new Error(message, { cause: thrown });
}

/** Rejects when the operator ends, which nobody asked it to. */
async function endOf(operator: DemoOperator): Promise<never> {
  const exit = await operator.process.exited;
  throw withLog(new Error(`the operator ended by itself (${describeExit(exit)})`), operator);
}

/** A journal is whole once the operator has ended. */
async function sayWhatTheJournalSays({ operator, screen }: Stage, { program }: DemoOptions): Promise<void> {
  await operator.stop();
  const said = await replay(program, operator.journal);
  if (said === undefined) return;
  screen.say('The journal of this demo replays to the same decisions:', 'good');
  for (const line of said.split('\n')) screen.say(`    ${line}`);
}

function sayWhereThingsAre({ cluster, api, operator, screen }: Stage): void {
  const lines = `
Everything stays up until Ctrl-C.

kubeconfig   ${cluster.kubeconfig}
API server   ${api.server}
operator     ${operator.url}/health  ${operator.url}/readyz  ${operator.url}/metrics
its log      ${operator.log}
its journal  ${operator.journal}

In another terminal:
  export KUBECONFIG=${cluster.kubeconfig}
  kubectl get deployments -o wide --watch
  kubectl scale deployment nginx-deployment --replicas=10
  kubectl set image deployment/nginx-deployment nginx=nginx:1.31
  kubectl delete deployment nginx-deployment-profiler
  kubectl edit configmap profiler-rules
  kubectl get ddprofcrd
  curl ${operator.url}/health`;
  for (const line of lines.split('\n')) screen.say(line);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
