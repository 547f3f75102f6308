/** Where a text stops being JSON (ECMA-404): what engines say of it differs, and often names no place. */

const TOKEN =
  /\s*(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|true|false|null))/uy;

/** What may come next: `first` also allows the bracket that closes an empty list or object. */
type Expected = 'value' | 'first value' | 'name' | 'first name' | 'colon' | 'comma' | 'end';

/** The offset of the first thing that cannot stand where it does; the length of a text that ends too early. */
export function jsonMistakeAt(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  let at = 0;
  while (true) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    const next: Expected | null = token === null ? null : after(token, expected, open);
    if (token === null || next === null) return at + /^\s*/.exec(text.slice(at))![0].length;
    expected = next;
    at = TOKEN.lastIndex;
  }
}

/** Null where the token cannot stand. Opens and closes brackets. */
function after([, sign, string, word]: RegExpExecArray, expected: Expected, open: string[]): Expected | null {
  const closed = (): Expected => (open.length === 0 ? 'end' : 'comma');
  const value = expected === 'value' || expected === 'first value';
  const name = expected === 'name' || expected === 'first name';
  if (string !== undefined) return name ? 'colon' : value ? closed() : null;
  if (word !== undefined) return value ? closed() : null;
  if (sign === '[' || sign === '{') {
    if (!value) return null;
    open.push(sign);
    return sign === '[' ? 'first value' : 'first name';
  }
  const inList = open.at(-1) === '[';
  if (sign === ':') return expected === 'colon' ? 'value' : null;
  if (sign === ',') return expected !== 'comma' ? null : inList ? 'value' : 'name';
  const closes = expected === 'comma' || expected === (inList ? 'first value' : 'first name');
  if (open.length === 0 || !closes || inList !== (sign === ']')) return null;
  open.pop();
  return closed();
}
