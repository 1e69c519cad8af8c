/** How long something has been going on, in seconds. */
export interface QueueAges {
  /** The oldest present run; 0 where none runs. */
  longestRunningSeconds(): number;
  /** Keys are ready, places are free, and none begins; 0 where that is not so. */
  stalledSeconds(): number;
}

export interface StuckParts {
  readonly queues: Readonly<Record<string, QueueAges>>;
  /** For how long the event loop has not turned. */
  readonly silentSeconds: number;
}

/** Many times what any call may take: a run that is older waits for what will never come. */
const RUN_S = 120;
/** The queue's rate is a matter of a second. */
const STALL_S = 60;
/** Far more than the longest text that is read takes, on a machine that is short of time. */
const SILENCE_S = 30;

/**
 * Why this process should be started anew, one sentence each; empty where it is well. Only what a new process would mend counts: neither
 * clones, nor whether the API server can be reached, for every call to it ends by its own time-out.
 *
 * | what is so | for more than |
 * | --- | --- |
 * | a key runs | 120 s |
 * | keys are ready, places are free, and none begins | 60 s |
 * | the event loop did not turn | 30 s |
 */
export function stuckReasons({ queues, silentSeconds }: StuckParts): readonly string[] {
  const reasons: string[] = [];
  for (const [name, queue] of Object.entries(queues)) {
    const [running, stalled] = [queue.longestRunningSeconds(), queue.stalledSeconds()];
    if (running > RUN_S) reasons.push(`the queue of ${name} has a run that does not end: it began ${inWords(running)} ago`);
    if (stalled > STALL_S) reasons.push(`the queue of ${name} has work, and has begun none for ${inWords(stalled)}`);
  }
  if (silentSeconds > SILENCE_S) reasons.push(`the event loop did not turn for ${inWords(silentSeconds)}`);
  return reasons;
}

function inWords(seconds: number): string {
  return `${Math.round(seconds)} s`;
}
