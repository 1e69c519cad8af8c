/**
 * What kubectl printed, without what differs from cluster to cluster:
 *
 * | in the text                              | becomes            |
 * | ---------------------------------------- | ------------------ |
 * | a UID                                    | `UID`              |
 * | a time, an age                           | `TIME`, `AGE`      |
 * | a resourceVersion                        | `VERSION`          |
 * | the hash of a pod template, a pod's name | `HASH`, `HASH-POD` |
 * | an address, a port of a node             | `IP`, `NODE-PORT`  |
 * | columns' widths                          | two spaces         |
 */

/** The letters that Kubernetes names things with at random, and writes hashes in: none that could make a word. */
const LETTERS = '[bcdfghjklmnpqrstvwxz2456789]';

const REPLACED: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, 'UID'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME'],
  [/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, 'TIME'],
  [/(resourceVersion"?: ?)"\d+"/g, '$1VERSION'],
  [new RegExp(`-${LETTERS}{7,10}-${LETTERS}{5}\\b`, 'g'), '-HASH-POD'],
  [new RegExp(`(-|pod-template-hash[=:] ?"?)${LETTERS}{7,10}\\b`, 'g'), '$1HASH'],
  [/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g, 'IP'],
  [/(?<=[ (])(\d+d)?(\d+h)?(\d+m)?\d+s\b(?= ago|\)| |$)/gm, 'AGE'],
  [/ {2,}/g, '  '],
  [/[ \t]+$/gm, ''],
];

export function normalized(text: string): string {
  return REPLACED.reduce((so, [pattern, replacement]) => so.replace(pattern, replacement), text);
}
