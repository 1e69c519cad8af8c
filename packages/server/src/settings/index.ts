export { type Row, rowsOf } from './row.ts';
export { readSettings, type Settings } from './settings.ts';
export { TABLE } from './table.ts';
