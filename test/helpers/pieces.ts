/** Programs taken apart for the fuzz tests. */

/** Words, numbers, texts, signs and blanks of a program, so that single ones can be changed. */
export function pieces(text: string): string[] {
  return text.match(/\/\/[^\n]*|"[^"\n]*"|[A-Za-z_]\w*|[0-9][\w.%]*|\s+|\*\*|\.\.|[<>=!]=|[^\s]/g) ?? [];
}
