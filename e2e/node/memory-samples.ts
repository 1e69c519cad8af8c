/** What kubelet's `/metrics/resource` says of the memory of the operator's containers. */

export interface MemorySample {
  readonly pod: string;
  /** Working set: what the kernel could not take back without a loss. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly takenAt: number;
}

const SAMPLE = /^container_memory_working_set_bytes\{(.*)\} (\S+) (\d+)$/gm;

/** @param metrics Prometheus text */
export function memorySamples(metrics: string): readonly MemorySample[] {
  return [...metrics.matchAll(SAMPLE)].flatMap(([, labels = '', value, time]) => {
    const [, pod] = /(?:^|,)pod="([^"]*)"/.exec(labels) ?? [];
    const isOperator = labels.includes('container="operator"');
    return isOperator && pod !== undefined ? [{ pod, bytes: Number(value), takenAt: Number(time) }] : [];
  });
}
