/**
 * Which of the source's own labels and annotations its clone carries: all but those by which a tool would take the clone
 * for its own (and delete it), and those that describe the source itself. Pod labels are another matter: see template.ts.
 */
const LABELS_NOT_COPIED = ['app.kubernetes.io/managed-by', 'app.kubernetes.io/instance', 'helm.sh/chart'];
const LABEL_DOMAINS_NOT_COPIED = ['argocd.argoproj.io'];
const ANNOTATION_DOMAINS_NOT_COPIED = ['kubectl.kubernetes.io', 'deployment.kubernetes.io', 'meta.helm.sh', 'argocd.argoproj.io'];
const PARENT_DOMAINS_NOT_COPIED = ['toolkit.fluxcd.io'];

/** Whatever the operator writes itself: a source that carries such a name (a copied manifest) does not pass it on. */
const OWN_DOMAIN = 'ddprofiler-rc.grove';

export function copiedLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return without(labels, (name) => LABELS_NOT_COPIED.includes(name) || isIn(name, LABEL_DOMAINS_NOT_COPIED));
}

export function copiedAnnotations(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return without(annotations, (name) => isIn(name, ANNOTATION_DOMAINS_NOT_COPIED));
}

function without(entries: Readonly<Record<string, string>>, dropped: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => !dropped(name) && !isIn(name, [OWN_DOMAIN])));
}

function isIn(name: string, domains: readonly string[]): boolean {
  const slash = name.indexOf('/');
  if (slash < 0) return false;
  const domain = name.slice(0, slash);
  return (
    domains.includes(domain) || PARENT_DOMAINS_NOT_COPIED.some((parent) => domain === parent || domain.endsWith(`.${parent}`))
  );
}
