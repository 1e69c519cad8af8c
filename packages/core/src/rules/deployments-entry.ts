import { DNS_LABEL, isDnsLabel } from '../kube/names.ts';
import type { Position } from './positions.ts';
import type { Problem } from './problem.ts';
import { quoted, safeName } from './quoting.ts';
import { reportInto } from './report.ts';
import { suggestion } from './suggestion.ts';
import { isNull, kindOf, type YamlEntry, type YamlMapping } from './yaml-node.ts';

/**
 * The mapping of Deployments in a namespace's entry: `<namespace>: {deployments: <mapping>}`.
 * `none` where it has no rules (`{}`, and a warning says so), `invalid` where what it says is unknown (an error says why).
 */
export function deploymentsOf({ key, value }: YamlEntry, problems: Problem[]): YamlMapping | 'none' | 'invalid' {
  const namespace = safeName(key.text);
  const report = reportInto(problems, { namespace });
  const refuse = (at: Position, message: string) => {
    report('error', at, message);
    return 'invalid' as const;
  };
  const empty = (at: Position) => {
    report('warning', at, 'no rules in this namespace');
    return 'none' as const;
  };
  const nothing = (at: YamlEntry['key']) =>
    refuse(at, `nothing stands under ${quoted(safeName(at.text))}; to have no rules here, write {}`);

  if (!isDnsLabel(namespace))
    return refuse(key, `${quoted(safeName(key.text))} is not the name of a namespace; accepted are ${DNS_LABEL}`);
  if (isNull(value)) return nothing(key);
  if (value.kind !== 'mapping')
    return refuse(value, `${kindOf(value)} as a namespace's entry; accepted is a mapping with deployments`);
  if (value.entries.length === 0) return empty(key);

  const entry = value.entries.find((one) => one.key.text === 'deployments');
  for (const { key: other } of value.entries) {
    if (other === entry?.key) continue;
    const reportOther = reportInto(problems, { namespace, field: safeName(other.text) });
    // Rules may stand there, as where they are indented too little: which ones is not known.
    reportOther('error', other, `unknown key, ignored${suggestion(other.text, ['deployments'])}`);
  }
  if (entry === undefined) return refuse(key, 'no deployments in this entry; accepted is a mapping with deployments');
  const deployments = entry.value;
  if (isNull(deployments)) return nothing(entry.key);
  if (deployments.kind !== 'mapping') {
    return refuse(deployments, `${kindOf(deployments)} as deployments; accepted is a mapping of Deployments to rules`);
  }
  return deployments.entries.length === 0 ? empty(entry.key) : deployments;
}
