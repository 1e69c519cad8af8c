/** What Kubernetes accepts as names (apimachinery, `pkg/util/validation`). */

const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

/** RFC 1123 label: names of namespaces and containers. */
export function isDnsLabel(name: string): boolean {
  return name.length <= 63 && LABEL.test(name);
}

/** RFC 1123 subdomain: names of Deployments. */
export function isDnsSubdomain(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => LABEL.test(label));
}

/** Printable ASCII but `=`: `IsRelaxedEnvVarName`, in force since Kubernetes 1.30. */
export function isEnvName(name: string): boolean {
  return /^[ -<>-~]+$/.test(name);
}

export const DNS_LABEL = "1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit";
export const DNS_SUBDOMAIN = "at most 253 of a-z, 0-9, '-' and '.', every part beginning and ending with a letter or digit";
export const ENV_NAME = "one or more printable ASCII characters other than '='";

/** The key of a label: a name, with a domain before it or not. */
export function isLabelKey(key: string): boolean {
  const [name = '', domain, ...more] = key.split('/').toReversed();
  const isName = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name) && name.length <= 63;
  return isName && more.length === 0 && (domain === undefined || isDnsSubdomain(domain));
}

export const LABEL_KEY = "at most 63 of letters, digits, '-', '_' and '.', after a DNS name and '/' or alone";
