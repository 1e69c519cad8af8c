/** What `make chaos` and `make churn` are told by the environment. Ends the process with exit code 2 where that makes no sense. */
import { onScreen } from '../controlplane/progress.ts';

/** A whole number from 1 on. */
export const positiveNumber = (name: string, fallback: number): number => {
  const text = process.env[name] ?? '';
  const value = text === '' ? fallback : Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  onScreen(`${name} is ${JSON.stringify(text)}; accepted: a whole number from 1 on`);
  process.exit(2);
};
