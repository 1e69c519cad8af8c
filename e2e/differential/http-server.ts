/** An API server over plain HTTP on loopback. */
import type { Json } from '@ddprofiler-rc/cluster-sim';
import type { Question, Server, Told } from './server.ts';

/** @param asUser the headers by which a request is another user's */
export function httpServer(
  name: Server['name'],
  base: string,
  asUser: (user: string | undefined) => Readonly<Record<string, string>>,
): Server {
  const send = (question: Question, signal?: AbortSignal): Promise<Response> => {
    const query = new URLSearchParams(question.query).toString();
    const headers: Record<string, string> = {
      accept: question.accept ?? 'application/json',
      'user-agent': question.userAgent,
      ...asUser(question.user),
    };
    if (question.contentType !== undefined) headers['content-type'] = question.contentType;
    return fetch(`${base}${question.path}${query === '' ? '' : `?${query}`}`, {
      method: question.method,
      headers,
      ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  };
  return {
    name,
    ask: async (question) => toldBy(await send(question)),
    watch: async (question) => {
      const leave = new AbortController();
      const response = await send(question, leave.signal);
      if (response.status !== 200 || response.body === null) return { kind: 'refused', told: await toldBy(response) };
      // Locked at once: a body that nobody reads is closed when its response is let go of.
      const lines = linesOf(response.body.getReader());
      return {
        kind: 'open',
        next: async () => {
          const { done, value } = await lines.next();
          return done === true ? undefined : value;
        },
        close: () => leave.abort(),
      };
    },
  };
}

async function toldBy(response: Response): Promise<Told> {
  return {
    status: response.status,
    body: bodyOf(await response.text()),
    warning: response.headers.get('warning') ?? undefined,
  };
}

/** Some refusals are plain text. */
function bodyOf(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function* linesOf(body: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Json, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await body.read();
    if (done) return undefined;
    rest += decoder.decode(value, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
}
