import { createReadStream } from 'node:fs';
import { type JournalLine, type ReplayResult, replay } from '../journal/replay.ts';
import type { Terminal } from './terminal.ts';

const USAGE = 'usage: ddprofiler-rc replay JOURNAL      (a file that JOURNAL_FILE named, or - for standard input)';

/** `ddprofiler-rc replay JOURNAL` */
export async function replayCommand(args: readonly string[], { stdin, stdout, stderr }: Terminal): Promise<number> {
  const [path, ...more] = args;
  if (path === '--help' || path === '-h') {
    stdout(`${USAGE}\n`);
    return 0;
  }
  if (path === undefined || more.length > 0 || (path.startsWith('-') && path !== '-')) {
    stderr(`ddprofiler-rc: replay takes one journal, and got ${args.length === 0 ? 'none' : args.join(' ')}; ${USAGE}\n`);
    return 2;
  }
  let result: ReplayResult;
  try {
    result = await replay(linesOf(path === '-' ? stdin : createReadStream(path)));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    stderr(`ddprofiler-rc: the journal ${path} cannot be read: ${error.message}\n`);
    return 2;
  }
  stdout(`${describe(result).join('\n')}\n`);
  return result.fault === undefined ? 0 : 1;
}

/** Lines of a stream; readline would not tell a last line that is cut off from a whole one. */
async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<JournalLine> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { text, isWhole: true };
  }
  if (rest !== '') yield { text: rest, isWhole: false };
}

const DIFFERENCES_SHOWN = 20;

function describe(result: ReplayResult): readonly string[] {
  const { lines, events, decisions, keys, span, version, origin, notes, fault } = result;
  const about = [
    `${lines} lines: ${events} events, ${decisions} decisions on ${keys} keys, in ${(span / 1000).toFixed(1)} s`,
    ...(version === undefined ? [] : [`written by version ${version}, started ${origin ?? 'at an unknown time'}`]),
    ...notes.map((note) => `note: ${note}`),
  ];
  if (fault === undefined) return [...about, 'same: every decision is made again as it was recorded'];
  if (fault.kind === 'damaged') return [...about, `damaged: line ${fault.line}: ${fault.message}`];
  const more = fault.differences.length - DIFFERENCES_SHOWN;
  return [
    ...about,
    `differs: line ${fault.line}: the decision on ${fault.key}`,
    ...fault.differences
      .slice(0, DIFFERENCES_SHOWN)
      .flatMap(({ path, recorded, now }) => [
        `  ${path}`,
        `    recorded ${recorded ?? 'nothing'}`,
        `    now      ${now ?? 'nothing'}`,
      ]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}
