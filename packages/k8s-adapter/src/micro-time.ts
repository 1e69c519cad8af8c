/**
 * A time as Kubernetes has it where microseconds are told: RFC 3339 with six digits.
 * @param time milliseconds since 1970
 */
export function microTime(time: number): string {
  return new Date(time).toISOString().replace('Z', '000Z');
}
