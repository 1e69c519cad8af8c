/** Rules and Deployments arrive on streams of their own: that a clone followed does not say that the rules were read. The log does. */

import type { LogLine, Operator } from '@ddprofiler-rc/control-plane/operator-process';
import { waitFor } from '@ddprofiler-rc/control-plane/wait';

const isAboutRules = ({ msg }: LogLine): boolean => msg.startsWith('rules');

/** Does `change` and waits until the operator says something new about the rules. Returns what it says. */
export async function noticedBy(operator: Operator, change: () => Promise<unknown>): Promise<readonly LogLine[]> {
  const before = operator.log().filter(isAboutRules).length;
  await change();
  const since = () => operator.log().filter(isAboutRules).slice(before);
  const probe = async () => since().length > 0 || 'it has not said anything about them';
  await waitFor('the operator to notice the rules', probe, { program: operator.process });
  return since();
}

/** Everything that the operator said of the rules since it started. */
export function saidOfRules(operator: Operator): readonly LogLine[] {
  return operator.log().filter(isAboutRules);
}
