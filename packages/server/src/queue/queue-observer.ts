/**
 * What a queue tells of itself, for metrics and logs. Times are seconds.
 * Called when the queue has finished its own bookkeeping, so an observer may read it or add to it; it must not throw.
 */
export interface QueueObserver<Key extends string = string> {
  /** A key went in that was not in already. Adds that coalesce are not told. */
  added?(key: Key): void;
  /** A run starts; `waited` is the time since the key went in. */
  started?(key: Key, waited: number): void;
  /** A run ended, however it ended. */
  finished?(key: Key, took: number): void;
  /** The key waits for a timer before it goes in again; `failures` in a row, 0 where the run itself asked to come back. */
  delayed?(key: Key, delay: number, failures: number): void;
  /** A run rejected, which no outcome foresees: a fault in the program. It is retried like any failure. */
  crashed?(key: Key, error: unknown, seconds: number): void;
}
