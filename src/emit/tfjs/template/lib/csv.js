/** Tables of numbers with a first row of names, cells separated by commas. */
import { locate, readBytes } from './files.js';

/** The split train, and test when a second file is named. Each column says which columns of the file it is made of. */
export function readCsv({ path, test, columns }) {
  const splits = { train: readSplit(path, columns) };
  if (test !== undefined) splits.test = readSplit(test, columns);
  return splits;
}

function readSplit(path, columns) {
  const [header, ...rows] = parseCsv(new TextDecoder().decode(readBytes(locate(path))));
  if (header === undefined || rows.length === 0) throw new Error(`${path} has no rows`);
  const taken = new Set(columns.flatMap((column) => column.from ?? []));
  const rest = header.filter((name) => !taken.has(name));
  const split = { rows: rows.length, columns: {} };
  for (const column of columns) {
    const at = (column.from ?? rest).map((name) => indexOf(header, name, path));
    const data = new Float64Array(rows.length * at.length);
    rows.forEach((cells, row) => {
      at.forEach((cell, feature) => {
        data[row * at.length + feature] = number(cells[cell], path, row);
      });
    });
    split.columns[column.name] = { ...column, data, width: at.length, scale: [1], offset: [0] };
  }
  return split;
}

function indexOf(header, name, path) {
  const at = header.indexOf(name);
  if (at < 0) throw new Error(`${path} has no column ${name}`);
  return at;
}

function number(text, path, row) {
  const value = Number(text);
  if (text === undefined || text === '' || !Number.isFinite(value)) {
    throw new Error(`${path}, row ${row + 1}: "${text ?? ''}" is no number`);
  }
  return value;
}

/** Rows of cells; cells in double quotes may hold commas, line ends and doubled quotes. */
export function parseCsv(text) {
  const rows = [];
  let row = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n|\n|\r|$)/y;
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) throw new Error('a quotation mark stands in the middle of a cell');
    row.push((match[1]?.replaceAll('""', '"') ?? match[2]).trim());
    if (match[3] === ',' && cell.lastIndex < text.length) continue;
    if (match[3] === ',') row.push('');
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}
