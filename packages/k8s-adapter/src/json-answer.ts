import type { Json } from '@ddprofiler-rc/core';
import { ApiFailure, failureOfAnswer } from './failure.ts';
import type { ApiAnswer, ApiRequest, Transport } from './transport.ts';

/**
 * Sends a request whose answer is one JSON document.
 * @throws ApiFailure for any status but 2xx (the API never redirects: a login page might), and where the body is not JSON
 */
export async function requestJson(transport: Transport, request: ApiRequest): Promise<Json> {
  const answer = await transport(request);
  const json = await readJson(answer);
  if (answer.status >= 300) throw failureOfAnswer(request.what, answer.status, json, answer.retryAfterMs);
  if (json === undefined) throw new ApiFailure('Malformed', `${request.what}: the answer (status ${answer.status}) is not JSON`);
  return json;
}

/** The failure that an answer with an error status stands for; reads its body. */
export async function failureOf(answer: ApiAnswer, request: ApiRequest): Promise<ApiFailure> {
  return failureOfAnswer(request.what, answer.status, await readJson(answer), answer.retryAfterMs);
}

/** The body, whatever the status; `undefined` where it is not JSON. */
export async function readJson(answer: ApiAnswer): Promise<Json | undefined> {
  return parse(await readText(answer));
}

async function readText(answer: ApiAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** JSON text is the one thing that `JSON.parse` returns: its `any` is narrowed here, and nowhere else in this package. */
export function parse(text: string): Json | undefined {
  try {
    const json: Json = JSON.parse(text);
    return json;
  } catch {
    return undefined;
  }
}
