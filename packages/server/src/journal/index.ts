export { JournalFile } from './file.ts';
export { Recorder } from './recorder.ts';
export { type JournalLine, replay } from './replay.ts';
export { JournalRing } from './ring.ts';
export type { JournalSink } from './sink.ts';
