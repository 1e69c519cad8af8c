/** Where the story is told. The story is the same for a terminal and for a log; how it looks is each screen's own. */
import type { Row } from './table.ts';

/** What a line is about. */
export type Tone = 'plain' | 'title' | 'quiet' | 'good' | 'bad';

export interface Screen {
  /** A line that stays. */
  say(line: string, tone?: Tone): void;
  /** The Deployments as they are now. */
  show(rows: readonly Row[]): void;
  /** Time for a person to look at the table before it changes; none where nobody looks. */
  pause(signal: AbortSignal): Promise<void>;
  /** Nothing is told after this. */
  end(): void;
}

export interface Output {
  write(text: string): unknown;
}
