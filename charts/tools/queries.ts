/** Every query of the dashboard and of the alerts, for whoever asks a Prometheus for them. */
import { load } from 'js-yaml';
import { ROWS } from './panels.ts';
import { isJsonObject, type Json } from './values-comments.ts';

export interface NamedQuery {
  readonly kind: 'panel' | 'alert';
  /** The title of the panel, or the name of the alert. */
  readonly name: string;
  /** As people write it; `$where` stands for the labels that choose one operator. */
  readonly expr: string;
}

/** The labels that stand for one operator in the alerts. */
export const ALERT_WHERE = 'job="ddprofiler-rc",namespace="ddprofiler-rc"';

/** @param alerts text of the rules file */
export function allQueries(alerts: string): readonly NamedQuery[] {
  const panels = ROWS.flatMap(({ panels }) => panels).flatMap(({ title, queries }) =>
    queries.map(({ expr }): NamedQuery => ({ kind: 'panel', name: title, expr })),
  );
  const rules = listAt(load(alerts), 'groups').flatMap((group) => listAt(group, 'rules'));
  const fromAlerts = rules.filter(isJsonObject).map(({ alert, expr }): NamedQuery => {
    return { kind: 'alert', name: String(alert), expr: String(expr).replaceAll(ALERT_WHERE, '$where').replaceAll(/\s+/g, ' ') };
  });
  return [...panels, ...fromAlerts];
}

/**
 * The query as Prometheus takes it. The condition of an alert gives nothing where it does not hold, and so would not tell a metric that is not
 * there from one that is well: with `bool` it gives 0 or 1.
 */
export function asked({ kind, expr }: NamedQuery, where: string): string {
  const complete = expr.replaceAll('$where', where).replaceAll('$__rate_interval', '1m');
  return kind === 'panel' ? complete : complete.replaceAll(/ (>|==|!=) (\d+)(?= and |$)/g, ' $1 bool $2');
}

function listAt(value: unknown, key: string): readonly Json[] {
  const found = isJsonObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}
