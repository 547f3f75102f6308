/** How things are laid out, one rule at a time: what was written, and what is made of it. */
import { describe, expect, it } from 'vitest';
import { format } from '../../../src/language/format/format.ts';

function made(...lines: readonly string[]): string {
  const { text, diagnostics } = format({ name: 'f', text: lines.join('\n') });
  expect(diagnostics.map((d) => d.message)).toEqual([]);
  return text!;
}

const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;

describe('bodies', () => {
  it('stay on one line when they were, and it fits', () => {
    expect(made('run{infer map{epochs=1;batch = 3}  ;  export safetensors}')).toBe(
      lines('run { infer map { epochs = 1, batch = 3 }; export safetensors }'),
    );
  });
  it('stay open when they were, and `;` becomes lines but between layers', () => {
    expect(made('model m', '{', '', ' *.weight~Flat(); *.bias ~ Flat() }')).toBe(
      lines('model m {', '  *.weight ~ Flat()', '  *.bias   ~ Flat()', '}'),
    );
    expect(made('network n {', 'input real[2]', 'a=dense( 3 );relu;', '}')).toBe(
      lines('network n {', '  input real[2]', '  a = dense(3); relu', '}'),
    );
  });
  it('of `if` and `else` are open both or neither', () => {
    expect(made('network n { ', 'if a { relu } else {', 'tanh', '} }')).toBe(
      lines('network n {', '  if a {', '    relu', '  } else {', '    tanh', '  }', '}'),
    );
  });
  it('that are empty hold a blank', () => {
    expect(made('guide {', '}')).toBe(lines('guide { }'));
    expect(made('guide {', '// nothing yet', '}')).toBe(lines('guide {', '  // nothing yet', '}'));
  });
  it('of options are broken line by line when they are too long', () => {
    const long = 'a_rather_long_name = 1_000';
    expect(made(`run { infer map { ${[long, long, long, long].join(', ')}, } }`)).toBe(
      lines('run {', '  infer map {', ...[1, 2, 3, 4].map(() => `    ${long}`), '  }', '}'),
    );
  });
});

describe('expressions', () => {
  it('have blanks around operators, ranges and plain fractions excepted', () => {
    expect(made('const a=1 / 255, b=x/2, c=-x^2, d=1 .. n, e=f( a,b, )[1] .c, g = 1/2*3')).toBe(
      lines('const a = 1/255, b = x / 2, c = -x ^ 2, d = 1..n, e = f(a, b)[1].c, g = 1 / 2 * 3'),
    );
  });
  it('are broken at the outermost brackets, with a comma behind every part', () => {
    const part = 'something_of_thirty_characters';
    expect(made(`const a = max(${part}, g(${part}, 2), ${part})`)).toBe(
      lines('const a = max(', `  ${part},`, `  g(${part}, 2),`, `  ${part},`, ')'),
    );
  });
  it('are broken behind their weakest operators', () => {
    const part = 'something_of_thirty_characters';
    expect(made(`run { require ${part} > 1 and ${part} < 2 and ${part} * 3 == 3 }`)).toBe(
      lines('run {', `  require ${part} > 1 and`, `    ${part} < 2 and`, `    ${part} * 3 == 3`, '}'),
    );
  });
});

describe('empty lines', () => {
  it('are kept one by one between statements, and stand around tall declarations', () => {
    expect(
      made('', '', 'const a = 1', 'const b = 2', '', '', 'const c = 3', 'guide {', '', '* ~ Flat()', '', '}', '', ''),
    ).toBe(lines('const a = 1', 'const b = 2', '', 'const c = 3', '', 'guide {', '  * ~ Flat()', '}'));
  });
  it('come before the comments of a declaration', () => {
    expect(made('const a = 1', '/// What b is.', 'guide {', '* ~ Flat()', '}')).toBe(
      lines('const a = 1', '', '/// What b is.', 'guide {', '  * ~ Flat()', '}'),
    );
  });
});

describe('comments', () => {
  it('stand where they stood', () => {
    const text = lines(
      '// head',
      '',
      'const a = 1   // one',
      'const bcd = 2 /* two */',
      'const e = f(/* first */ 1, 2 /* last */)',
      'const g = f(',
      '  1,  // one',
      '  // own',
      '  2,',
      '  // end',
      ')',
      '// tail',
    );
    const formed = text.replace('1   // one', '1    // one').replace('2 /* two', '2  /* two');
    expect(made(text)).toBe(formed.replace(/\nconst g/, '\n\nconst g').replace('\n// tail', '\n// tail'));
  });
  it('of several lines keep their stars in step', () => {
    expect(made('guide {', '/* a', '      * b', '      */', '* ~ Flat() }')).toBe(
      lines('guide {', '  /* a', '   * b', '   */', '  * ~ Flat()', '}'),
    );
  });
});

describe('a program with mistakes', () => {
  it('is not formatted', () => {
    const { text, diagnostics } = format({ name: 'f', text: 'run {' });
    expect([text, diagnostics.length]).toEqual([null, 1]);
  });
});

it('documents only what begins its line', () => {
  expect(made('/// Of a alone.', 'const a = 1; const b = 2')).toBe(
    lines('/// Of a alone.', 'const a = 1', 'const b = 2'),
  );
});

it('keeps the documentation of a declaration that a comment leans on', () => {
  expect(made('const z = 0', '/// Of a.', '/* so far */ const a = 1')).toBe(
    lines('const z = 0', '/// Of a.', '/* so far */', 'const a = 1'),
  );
});
