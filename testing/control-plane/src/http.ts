/** The few requests that bringing up a control plane needs, before there is anything a client library could speak to. */
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';

export type Reply = { readonly status: number; readonly body: string };

export type RequestOptions = {
  readonly method?: 'GET' | 'POST';
  readonly body?: string;
  readonly token?: string;
  /** PEM certificates to trust, for https. */
  readonly ca?: string | Buffer;
  readonly timeoutMs?: number;
};

export const ask = (url: string, options: RequestOptions = {}): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const { method = 'GET', body, token, ca, timeoutMs = 5_000 } = options;
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const send = url.startsWith('https:') ? requestTls : requestPlain;
    const request = send(
      url,
      { method, headers, agent: false, timeout: timeoutMs, ...(ca === undefined ? {} : { ca }) },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.once('error', reject);
      },
    );
    request.once('timeout', () => request.destroy(new Error(`no answer from ${url} within ${timeoutMs} ms`)));
    request.once('error', reject);
    request.end(body);
  });

/** `true` when `url` answers 200, else what it said. */
export const answersOk = async (url: string, options: RequestOptions = {}): Promise<true | string> => {
  const { status, body } = await ask(url, options);
  return status === 200 ? true : `${url} answers ${status}: ${body.trim().slice(-300)}`;
};
