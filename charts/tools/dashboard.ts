import type { Panel, Row } from './panels.ts';
import type { Json, JsonObject } from './values-comments.ts';

/** Grafana's grid is so wide. */
const WIDTH = 24;
const HEIGHT = { stat: 4, timeseries: 8 } as const;

/** The labels that choose one operator, by the dashboard's variables. */
const WHERE = 'namespace="$namespace",job="$job"';

/** The dashboard as Grafana reads it: rows from top to bottom, the panels of a row side by side. */
export function dashboard(rows: readonly Row[]): JsonObject {
  const panels: JsonObject[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
      panels: [],
    });
    y += 1;
    const w = Math.floor(WIDTH / row.panels.length);
    const h = Math.max(...row.panels.map(({ kind }) => HEIGHT[kind]));
    for (const [index, panel] of row.panels.entries())
      panels.push({ id: panels.length + 1, ...panelOf(panel), gridPos: { x: index * w, y, w, h } });
    y += h;
  }
  return {
    uid: 'ddprofiler-rc',
    title: 'ddprofiler-rc',
    description: 'Clones of Deployments, and the operator that keeps them.',
    tags: ['ddprofiler-rc'],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: '30s',
    time: { from: 'now-1h', to: 'now' },
    templating: { list: VARIABLES },
    panels,
  };
}

const SOURCE = { type: 'prometheus', uid: '$datasource' };

const variable = (name: string, query: string): JsonObject => ({
  name,
  label: name,
  type: 'query',
  datasource: SOURCE,
  definition: query,
  query: { query, refId: name },
  refresh: 2,
  sort: 1,
});

const VARIABLES: readonly Json[] = [
  { name: 'datasource', label: 'data source', type: 'datasource', query: 'prometheus' },
  variable('namespace', 'label_values(ddprofiler_rules_valid, namespace)'),
  variable('job', 'label_values(ddprofiler_rules_valid{namespace="$namespace"}, job)'),
];

function panelOf(panel: Panel): JsonObject {
  const { title, description, kind, unit, queries } = panel;
  return {
    type: kind,
    title,
    description,
    datasource: SOURCE,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: SOURCE,
      expr: expr.replaceAll('$where', WHERE),
      legendFormat: legend === '' ? '__auto' : legend,
      ...(kind === 'stat' ? { instant: true } : {}),
    })),
    fieldConfig: { defaults: { unit, min: 0, thresholds: thresholdsOf(panel.alarm) }, overrides: [] },
    ...(kind === 'stat'
      ? { options: { colorMode: 'background', graphMode: 'none', reduceOptions: { calcs: ['lastNotNull'] } } }
      : { options: { tooltip: { mode: 'multi' }, legend: { displayMode: 'list', placement: 'bottom' } } }),
  };
}

function thresholdsOf(alarm: Panel['alarm']): JsonObject {
  const base = (color: string): JsonObject => ({ color, value: null });
  if (alarm === undefined) return { mode: 'absolute', steps: [base('text')] };
  if ('below' in alarm) return { mode: 'absolute', steps: [base(alarm.color), { color: 'green', value: alarm.below }] };
  return { mode: 'absolute', steps: [base('green'), { color: alarm.color, value: alarm.from }] };
}
