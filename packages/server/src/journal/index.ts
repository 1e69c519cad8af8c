export { JournalFile, type JournalFileParts } from './file.ts';
export type { JournalRecord } from './record.ts';
export { Recorder, type RecorderParts } from './recorder.ts';
export { type Difference, type Fault, type JournalLine, type ReplayResult, replay } from './replay.ts';
export { JournalRing } from './ring.ts';
export type { JournalSink } from './sink.ts';
