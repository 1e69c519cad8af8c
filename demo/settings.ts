/** What a person sets when starting the demo; see main.ts for the table. */

export type DemoSettings =
  | {
      readonly kind: 'settings';
      readonly cluster: 'embedded' | 'real';
      readonly keep: boolean;
      /** A table redrawn in place, with colours; else plain lines. */
      readonly isLive: boolean;
      readonly pauseMs: number;
    }
  | { readonly kind: 'invalid'; readonly messages: readonly string[] };

const DEFAULT_PAUSE_SECONDS = 1.5;

/** An empty value counts as not set. `KEEP=0` and `CI=false` say no. */
export function readDemoSettings(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): DemoSettings {
  const isSet = (name: string) => !['', '0', 'false', 'no'].includes((env[name] ?? '').toLowerCase());
  const cluster = env.CLUSTER || 'embedded';
  const pauseSeconds = Number(env.PAUSE || DEFAULT_PAUSE_SECONDS);
  const messages = [
    ...(cluster === 'embedded' || cluster === 'real'
      ? []
      : [`CLUSTER: got ${JSON.stringify(cluster)}; accepted: embedded, real`]),
    ...(pauseSeconds >= 0 ? [] : [`PAUSE: got ${JSON.stringify(env.PAUSE)}; accepted: seconds, 0 and above`]),
  ];
  if (messages.length > 0 || (cluster !== 'embedded' && cluster !== 'real')) return { kind: 'invalid', messages };
  const hasCursor = isTerminal && env.TERM !== 'dumb';
  // NO_COLOR counts whatever its value, as its convention has it.
  const isLive = hasCursor && (env.NO_COLOR ?? '') === '' && !isSet('CI');
  return { kind: 'settings', cluster, keep: isSet('KEEP'), isLive, pauseMs: pauseSeconds * 1000 };
}
