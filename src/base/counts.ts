/** Whole numbers in messages and tables. */

/** `1,234,567`. By hand: the first `toLocaleString` of a process loads the tables of all languages, 25 ms of its start. */
export function withCommas(n: number): string {
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `1 row`, `5,000 rows`. */
export function countOf(n: number, noun: string): string {
  return `${withCommas(n)} ${noun}${n === 1 ? '' : 's'}`;
}
