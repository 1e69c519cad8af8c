import { type Announcement, announcementOfMemory, announcementOfRules, missedBy, type State } from '@ddprofiler-rc/core';
import type { JournalSink } from '../journal/sink.ts';
import type { Logger } from '../log/log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Narrator } from '../report/narrator.ts';
import type { Folded } from './folded.ts';

export interface AccountParts {
  /** Milliseconds since any fixed moment. */
  readonly now: () => number;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'clones'>;
  readonly journal: JournalSink;
  /** Tells people. */
  readonly tell: (announcement: Announcement) => void;
}

/** Gives account of each event that was folded: in the journal, the log, the metrics, and to people. It changes nothing. */
export function accountOf(parts: AccountParts): (folded: Folded) => void {
  const { now, log, metrics, journal, tell } = parts;
  const narrator = new Narrator(log);
  return (folded) => {
    const { before, state, event } = folded;
    if (!isNoNews(folded)) journal.event(event, now(), state);
    noteMissed(parts, folded);
    narrator.tell(before, state);
    if (isDenied(state) && !isDenied(before)) metrics.clones.refused('CrossNamespaceDenied');
    for (const announcementOf of [announcementOfRules, announcementOfMemory]) {
      const announcement = announcementOf(before, state);
      if (announcement !== undefined) tell(announcement);
    }
  };
}

/** An audit that found all as it is known. It is as large as a list, and a journal folds to the same without it. */
function isNoNews({ before, state, event }: Folded): boolean {
  return event.type === 'audited' && before === state;
}

function noteMissed({ metrics, log }: AccountParts, { before, state, event }: Folded): void {
  const missed = missedBy(before, state, event);
  if (event.type !== 'audited' || missed === 0) return;
  metrics.clones.missed(missed);
  log.warn(
    { stream: event.stream, objects: missed },
    'the watch had not told of everything: an audit found it, and it is put right',
  );
}

/** The binding reaches for rules that are not for it. */
function isDenied({ book }: State): boolean {
  return book.unread?.reason === 'CrossNamespaceDenied';
}
