import type { Programs } from '@ddprofiler-rc/control-plane/programs';
import type { Progress } from '@ddprofiler-rc/control-plane/progress';
import { openStage, type Stage } from '../cluster/stage.ts';
import { type MeasuredOperator, type MeasuredOperatorOptions, startMeasuredOperator } from '../measured-operator.ts';
import type { Parameters } from '../parameters.ts';

/** What every measurement is given. */
export interface Context {
  readonly programs: Programs;
  readonly parameters: Parameters;
  readonly progress: Progress;
}

/** A cluster for the time of `work`. */
export async function onStage<T>({ programs }: Context, work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await openStage(programs);
  try {
    return await work(stage);
  } finally {
    await stage.stop();
  }
}

/** An operator for the time of `work`; it ends in order after it, so that the next one finds nothing of it. */
export async function withOperator<T>(
  { parameters }: Context,
  stage: Stage,
  work: (operator: MeasuredOperator) => Promise<T>,
  options: Pick<MeasuredOperatorOptions, 'nodeOptions'> = {},
): Promise<T> {
  const { profiles } = parameters;
  const operator = await startMeasuredOperator({ stage, ...options, ...(profiles === undefined ? {} : { profiles }) });
  try {
    return await work(operator);
  } finally {
    await operator.stop();
  }
}
