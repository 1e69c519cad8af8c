import { Readable } from 'node:stream';
import Koa, { type Context } from 'koa';
import { describeHealth, describeReadiness, type HealthView } from './health.ts';

export interface HttpAppParts {
  readonly metrics: { readonly contentType: string; readonly render: () => Promise<string> };
  /** Why this process should be started anew; empty where it is well. Asked once per request to `/healthz`. */
  readonly stuck: () => readonly string[];
  /** Taken once per request to `/readyz` or `/health`. */
  readonly view: () => HealthView;
  /** The journal in memory, free of secrets, line by line. */
  readonly journal: () => Iterable<string>;
  /** Told of what the routes did not foresee; the client gets 500 and nothing of it. */
  readonly onError?: (error: unknown) => void;
}

type Route = (context: Context, parts: HttpAppParts) => void | Promise<void>;

const METHODS = ['GET', 'HEAD'];

/** Responses are data for programs: no browser is to guess at them, run or frame anything in them, or keep them. */
const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
};

/** `/healthz` looks at this process alone: a probe must not restart the operator for what is wrong elsewhere. */
const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  [
    '/healthz',
    (context, { stuck }) => {
      const reasons = stuck();
      if (reasons.length === 0) answerText(context, 'ok\n');
      else answerJson(context, 503, { alive: false, reasons });
    },
  ],
  [
    '/readyz',
    (context, { view }) => {
      const answer = describeReadiness(view());
      answerJson(context, answer.ready ? 200 : 503, answer);
    },
  ],
  [
    '/health',
    (context, { view }) => {
      const answer = describeHealth(view());
      answerJson(context, answer.status === 'healthy' ? 200 : 503, answer);
    },
  ],
  ['/metrics', async (context, { metrics }) => answerText(context, await metrics.render(), metrics.contentType)],
  [
    '/journal',
    (context, { journal }) => {
      context.status = 200;
      context.set('Content-Type', 'application/x-ndjson');
      context.body = Readable.from(journal());
    },
  ],
]);

/**
 * | request | answer |
 * | --- | --- |
 * | `/healthz` | 200, or 503 where the process is stuck; JSON with the reasons |
 * | `/readyz` | 200 after the first complete sync, else 503; JSON with the reasons |
 * | `/health` | 200 when every clone has the replicas it should, else 503; JSON with those that do not |
 * | `/metrics` | 200, Prometheus text |
 * | `/journal` | 200, the last events and decisions, for `ddprofiler-rc replay` |
 * | any of these with another method than GET or HEAD | 405 with Allow |
 * | any other path | 404, JSON with the paths above |
 * | a fault within | 500 |
 *
 * Routes match the exact path, without a router: there are few of them, and all are constant.
 */
export function createHttpApp(parts: HttpAppParts): Koa {
  const app = new Koa();
  app.use(async (context) => {
    context.set(SECURITY_HEADERS);
    const route = ROUTES.get(context.path);
    if (route === undefined) {
      answerJson(context, 404, { error: 'there is nothing here', routes: [...ROUTES.keys()] });
      return;
    }
    if (!METHODS.includes(context.method)) {
      context.set('Allow', METHODS.join(', '));
      answerJson(context, 405, { error: `${context.method} is not accepted here`, accepted: METHODS });
      return;
    }
    try {
      await route(context, parts);
    } catch (error) {
      parts.onError?.(error);
      answerJson(context, 500, { error: 'a fault within the operator; its log says more' });
    }
  });
  // Without a listener Koa would print stacks. A client that hung up early is no fault of ours.
  app.on('error', (error: unknown) => {
    if (!isHangUp(error)) parts.onError?.(error);
  });
  return app;
}

/** As Node says it: of the connection, or of the stream that it was to read to its end. */
const HANG_UPS = new Set<unknown>(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

function isHangUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && HANG_UPS.has(error.code);
}

function answerText(context: Context, body: string, contentType = 'text/plain; charset=utf-8'): void {
  context.status = 200;
  context.set('Content-Type', contentType);
  context.body = body;
}

/** Indented: people read it with curl. */
function answerJson(context: Context, status: number, body: object): void {
  context.status = status;
  context.set('Content-Type', 'application/json; charset=utf-8');
  context.body = `${JSON.stringify(body, null, 2)}\n`;
}
