/** What `make chaos` and `make churn` are told by the environment. Ends the process with exit code 2 where that makes no sense. */
import { onScreen } from '@ddprofiler-rc/control-plane/progress';

export const wholeNumber = (name: string, fallback: number, least = 1): number => {
  const text = process.env[name] ?? '';
  const value = text === '' ? fallback : Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  onScreen(`${name} is ${JSON.stringify(text)}; accepted: a whole number from ${least} on`);
  process.exit(2);
};
