/** Where progress goes: one line at a time, without a line break. */
export type Progress = (line: string) => void;

export const silent: Progress = () => {};

/** Progress on standard error, so that standard output stays free for results. */
export const onScreen: Progress = (line) => {
  process.stderr.write(`${line}\n`);
};

/** Seconds since `startedAt` (a Date.now() value), for people: `7 s`, `2 min 05 s`. */
export const elapsed = (startedAt: number, now: number = Date.now()): string => {
  const seconds = Math.round((now - startedAt) / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
};

/**
 * Runs `work` and says a line every `everyMs` while it lasts: a log that is silent for minutes looks like a hang, and some
 * CI systems end such jobs.
 */
export const withHeartbeat = async <T>(
  progress: Progress,
  line: (elapsed: string) => string,
  work: () => Promise<T>,
  everyMs = 15_000,
): Promise<T> => {
  const startedAt = Date.now();
  const timer = setInterval(() => progress(line(elapsed(startedAt))), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
};
