/** In which form a client wants its answer. */
export type Form = 'object' | 'table' | 'discovery';

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const JSON_RANGES: ReadonlySet<string> = new Set(['application/json', 'application/*', '*/*']);

/** What `as`, `g` and `v` of a media type ask for. */
const FORMS: ReadonlyMap<string, Form> = new Map([
  ['Table meta.k8s.io v1', 'table'],
  ['APIGroupDiscoveryList apidiscovery.k8s.io v2', 'discovery'],
]);

function parsed(range: string): MediaRange {
  const [type = '', ...rest] = range.split(';').map((part) => part.trim());
  const parameters = rest.map((part): readonly [string, string] => {
    const [key = '', value = ''] = part.split('=');
    return [key.trim(), value.trim()];
  });
  return { type: type.toLowerCase(), parameters: new Map(parameters) };
}

function formOf({ type, parameters }: MediaRange): Form | undefined {
  if (!JSON_RANGES.has(type)) return undefined;
  const as = parameters.get('as');
  return as === undefined ? 'object' : FORMS.get(`${as} ${parameters.get('g')} ${parameters.get('v')}`);
}

/**
 * The first form of the header that is on offer; undefined where none is. JSON is the only encoding, so a client that prefers
 * protobuf and accepts JSON gets JSON. A form of a path that does not have it (a table of `/version`) is the plain one.
 */
export function acceptedForm(header: string | undefined): Form | undefined {
  if (header === undefined || header.trim() === '') return 'object';
  for (const range of header.split(',')) {
    const form = formOf(parsed(range));
    if (form !== undefined) return form;
  }
  return undefined;
}
