import { handle } from './src/handle.ts';
import { emptyState } from './src/state.ts';
const now = 1e12;
const rq = (method: any, path: string, body?: any, contentType = 'application/json', query = {}) => ({ method, path, query, contentType, body, user: 'u', userAgent: 'bench/1' });
let state: any = emptyState();
state = handle(state, rq('POST', '/api/v1/namespaces', { metadata: { name: 'default' } }), now).state;
const dep = (name: string, image: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels: { app: name } }, spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image, env: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }], ports: [{ containerPort: 80 }] }] } } } });
const base = '/apis/apps/v1/namespaces/default/deployments';
for (let i = 0; i < 100; i++) { const r = handle(state, rq('POST', base, dep(`d${i}`, 'i')), now); state = r.state; }
function time(name: string, n: number, f: (i: number) => void) { for (let i = 0; i < 300; i++) f(i); const t = performance.now(); for (let i = 0; i < n; i++) f(i); console.log(name, (((performance.now() - t) / n) * 1000).toFixed(1), 'us'); }
time('get', 20000, (i) => handle(state, rq('GET', `${base}/d${i % 100}`), now));
time('list 100', 5000, () => handle(state, rq('GET', base), now));
time('list 100 by label', 5000, () => handle(state, rq('GET', base, undefined, undefined, { labelSelector: 'app=d1' }), now));
const A = 'application/apply-patch+yaml';
time('apply changing', 3000, (i) => { state = handle(state, rq('PATCH', `${base}/d${i % 100}`, dep(`d${i % 100}`, `i${i}`), A, { fieldManager: 'op', force: 'true' }), now + i * 1000).state; });
time('apply no-op', 3000, (i) => { const r = handle(state, rq('PATCH', `${base}/d1`, dep('d1', 'x'), A, { fieldManager: 'op', force: 'true' }), now + i * 1000); state = r.state; });
time('put', 3000, (i) => { state = handle(state, rq('PUT', `${base}/d${i % 100}`, dep(`d${i % 100}`, `p${i}`)), now + i * 1000).state; });
time('merge patch', 3000, (i) => { state = handle(state, rq('PATCH', `${base}/d${i % 100}`, { spec: { replicas: i } }, 'application/merge-patch+json'), now + i * 1000).state; });
time('create+delete', 3000, (i) => { state = handle(state, rq('POST', base, dep(`n${i}`, 'i')), now).state; state = handle(state, rq('DELETE', `${base}/n${i}`), now).state; });
