import { type JsonObject, listAt, objectAt, stringAt } from '../../json.ts';
import { quantityValue } from '../quantity.ts';
import type { Place, Report } from './report.ts';
import { qualifiedName } from './text.ts';

const STANDARD: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];
/** Known to the server, but not as something that a container has. */
const ELSEWHERE: readonly string[] = ['storage', 'pods', 'services', 'secrets', 'configmaps', 'persistentvolumeclaims'];
const HUGE_PAGES = 'hugepages-';

const isHugePages = (name: string): boolean => name.startsWith(HUGE_PAGES);
/** Of those there is no more than there is: a limit and a request are the same. */
const isWhole = (name: string): boolean => isHugePages(name) || (name.includes('/') && !name.startsWith('kubernetes.io/'));

/** What a container asks for, and may use at most. */
export function checkResources(report: Report, at: Place, resources: JsonObject, claims: readonly string[]): void {
  const limits = objectAt(resources, 'limits');
  const requests = objectAt(resources, 'requests');
  let hasProcessorOrMemory = false;
  let hasHugePages = false;
  for (const name in limits) {
    checkResource(report, at.field('limits').item(name), name, String(limits[name]));
    hasProcessorOrMemory ||= name === 'cpu' || name === 'memory';
    hasHugePages ||= isHugePages(name);
  }
  for (const name in requests) {
    const request = String(requests[name]);
    checkResource(report, at.field('requests').item(name), name, request);
    const limit = limits[name];
    if (limit !== undefined) {
      if (isWhole(name) && limit !== request)
        report.invalid(at.field('requests'), request, `must be equal to ${name} limit of ${limit}`);
      else if (!isWhole(name) && quantityValue(request) > quantityValue(String(limit)))
        report.invalid(at.field('requests'), request, `must be less than or equal to ${name} limit of ${limit}`);
    } else if (isWhole(name)) report.required(at.field('limits'), 'Limit must be set for non overcommitable resources');
    hasProcessorOrMemory ||= name === 'cpu' || name === 'memory';
    hasHugePages ||= isHugePages(name);
  }
  if (hasHugePages && !hasProcessorOrMemory) report.forbidden(at, 'HugePages require cpu or memory');
  for (const [index, claim] of listAt(resources, 'claims').entries()) {
    const name = stringAt(claim, 'name') ?? '';
    if (claims.includes(name)) continue;
    const known = claims.length === 0 ? 'which is empty' : `${claims.map((one) => JSON.stringify(one)).join(', ')}`;
    report.notFound(at.field('claims').item(index), name, `must be one of the names in pod.spec.resourceClaims ${known}`);
  }
}

function checkResource(report: Report, at: Place, name: string, quantity: string): void {
  const problems = qualifiedName(name);
  report.invalidFor(at, name, problems);
  const isKnown = STANDARD.includes(name) || isHugePages(name);
  if (!name.includes('/') && !isKnown) {
    if (problems.length === 0 && !ELSEWHERE.includes(name))
      report.invalid(at, name, 'must be a standard resource type or fully qualified');
    report.invalid(at, name, 'must be a standard resource for containers');
  }
  checkQuantity(report, at, name, quantity);
}

export function checkQuantity(report: Report, at: Place, name: string, quantity: string): void {
  const value = quantityValue(quantity);
  if (value < 0) report.invalid(at, quantity, 'must be greater than or equal to 0');
  if (isHugePages(name) && value % quantityValue(name.slice(HUGE_PAGES.length)) !== 0)
    report.invalid(at, quantity, `${quantity} is not positive integer multiple of ${name}`);
  else if (name.includes('/') && !Number.isInteger(value)) report.invalid(at, quantity, 'must be an integer');
}
