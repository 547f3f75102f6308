/** What a program says of itself in its first lines. */

/** The documentation comment that the file begins with. */
export function titleOf(text: string): string[] {
  const lines: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const match = /^\s*\/\/\/\s?(.*)$/.exec(line);
    if (match === null) break;
    lines.push(match[1]!.trimEnd());
  }
  return lines;
}
