/** The table of Deployments, each clone below its source. */
import { inOrder, type Workload } from './workload.ts';

export interface Row {
  readonly name: string;
  readonly isClone: boolean;
  readonly isSettled: boolean;
  readonly cells: readonly [deployment: string, ready: string, image: string, env: string];
}

const HEADINGS: Row['cells'] = ['DEPLOYMENT', 'READY', 'IMAGE', 'ENV'];

export function rowsOf(workloads: Iterable<Workload>): readonly Row[] {
  return inOrder(workloads).map(({ name, source, ready, wanted, settled, image, env }) => ({
    name,
    isClone: source !== undefined,
    isSettled: settled,
    cells: [source === undefined ? name : `└ ${name}`, `${ready}/${wanted}`, image, env.join(' ')],
  }));
}

/** Cells under each other, cut at `columns`; one line for each row, the first is of the headings. */
export function linesOf(rows: readonly Row[], columns: number): readonly string[] {
  const all = [HEADINGS, ...rows.map(({ cells }) => cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  return all.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd()
      .slice(0, columns),
  );
}
