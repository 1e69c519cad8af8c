import { readFileSync } from 'node:fs';
import https from 'node:https';
import { EmbeddedCluster } from './src/embedded-cluster.ts';
import { readWatch } from './src/api/watch.ts';
const kc = readFileSync(process.env.KC!, 'utf8').replaceAll('"', '');
const server = /server: (\S+)/.exec(kc)![1]!;
const b = (k: string) => { const m = new RegExp(k + '-data: (\\S+)').exec(kc); return m ? Buffer.from(m[1]!, 'base64') : undefined; };
const tok = /token: (\S+)/.exec(kc);
const short: Record<string, string> = { j: 'application/json', a: 'application/apply-patch+yaml', m: 'application/merge-patch+json', s: 'application/strategic-merge-patch+json', p: 'application/json-patch+json' };
const cluster = new EmbeddedCluster({ controllers: false });
const uids = new Map<string, string>();
function norm(v: any, key = ''): any {
  if (typeof v === 'string') {
    if (key === 'uid' || key==='resourceVersion') return `<${key}>`;
    if (/^\d{4}-\d\d-\d\dT/.test(v) && !v.startsWith('2020')) return '<time>';
    if (key === 'continue' && v) return '<token>';
    return v.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uid>').replaceAll(/\\"resourceVersion\\\\?":\\"\d+/g, 'RV').replaceAll(/current: \d+/g, 'current').replaceAll(/in record \(\d+\)/g,'in record (RV)').replaceAll(/Invalid value: \\?"\{.*\}\\?":/g, 'Invalid value: JSON:').replaceAll(/\b(x|y)-[a-z0-9]{5}\b/g,'$1-GEN');
  }
  if (Array.isArray(v)) return v.map((x) => norm(x));
  if (v && typeof v === 'object') return Object.fromEntries(Object.keys(v).sort().map((k) => [k, norm(v[k], k)]));
  return v;
}
let bad = 0, n = 0;
for (const line of readFileSync(0, 'utf8').split('\n')) {
  if (!line.trim() || line.startsWith('#')) continue;
  const sl = /^sleep (\d+)/.exec(line); if (sl) { await new Promise((r) => setTimeout(r, +sl[1]!)); continue; }
  const [, method, path, ct, body] = /^(\S+) (\S+)(?: ([jamsp]|\S+\/\S+))?(?: (.*))?$/.exec(line)!;
  const type = body === undefined ? undefined : (short[ct ?? 'j'] ?? ct);
  const real: any = await new Promise((done) => {
    const r = https.request(server + path, { rejectUnauthorized: false, cert: b('client-certificate'), key: b('client-key'), method: method!, headers: { 'user-agent': 'probe/1', accept: 'application/json', ...(tok ? { authorization: 'Bearer ' + tok[1] } : {}), ...(body !== undefined ? { 'content-type': type!, 'content-length': Buffer.byteLength(body) } : {}) } }, (res) => {
      let s = ''; res.on('data', (d) => (s += d)); res.on('end', () => { let parsed: any; try { parsed = path!.includes('watch=') && s.includes('"type"') ? s.trim().split('\n').map((l) => JSON.parse(l)) : JSON.parse(s || '[]'); } catch { parsed = s; } done({ status: res.statusCode, warning: res.headers.warning, body: parsed }); });
    });
    if (body !== undefined) r.write(body); r.end();
  });
  const u = new URL('http://x' + path);
  let json: any; try { json = body === undefined ? undefined : JSON.parse(body); } catch { console.log('skip', line); continue; }
  const a = cluster.request({ method: method as any, path: u.pathname, query: Object.fromEntries(u.searchParams), ...(type ? { contentType: type } : {}), ...(json === undefined ? {} : { body: json }), user: 'admin', userAgent: 'probe/1' });
  const mine: any = a.kind === 'watch' ? { status: 200, warning: undefined, body: [...readWatch(cluster.state, a.cursor, a.cursor.endsAt).events] } : { status: a.status, warning: a.headers?.warning, body: a.body };
  if (mine.body.items && Array.isArray(mine.body.items) && process.env.LISTS === undefined) { }
  n++;
  const drop = (x: any) => { const y = norm(x); if (y.body?.items) y.body.items = y.body.items.filter((i: any) => i.metadata?.name !== 'kube-root-ca.crt'); if (Array.isArray(y.body)) y.body = y.body.filter((e: any) => e.object?.metadata?.name !== 'kube-root-ca.crt'); return y; };
  const [x, y] = [JSON.stringify(drop(real)), JSON.stringify(drop(mine))];
  if (x !== y) { bad++; console.log('##', line.slice(0, 220)); let i = 0; while (x[i] === y[i]) i++; const M = +(process.env.M ?? 260); console.log('  real', real.status, x.slice(Math.max(0, i - 80), i + M)); console.log('  mine', mine.status, y.slice(Math.max(0, i - 80), i + M)); }
}
console.log(`${n - bad}/${n} match`);
cluster.stop();
