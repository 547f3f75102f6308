/** Printed JavaScript means what the tree says: random trees against a direct reading of the tree, and how statements look. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  arrow,
  binary,
  block,
  call,
  comment,
  constant,
  fn,
  forOf,
  give,
  id,
  type Js,
  type JsBinaryOp,
  literal,
  member,
  object,
  plainValue,
  properties,
  property,
  run,
} from '../../src/emit/target/javascript.ts';
import { Names } from '../../src/emit/target/names.ts';
import { printModule } from '../../src/emit/target/print.ts';

type Value = number | boolean;

const operators: Readonly<Partial<Record<JsBinaryOp, (a: Value, b: Value) => Value>>> = {
  '+': (a, b) => Number(a) + Number(b),
  '-': (a, b) => Number(a) - Number(b),
  '*': (a, b) => Number(a) * Number(b),
  '/': (a, b) => Number(a) / Number(b),
  '**': (a, b) => Number(a) ** Number(b),
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '===': (a, b) => a === b,
  '!==': (a, b) => a !== b,
  '&&': (a, b) => a && b,
  '||': (a, b) => a || b,
  '??': (a) => a,
};

/** The meaning of a tree, read off without printing. */
function meaning(js: Js): Value {
  switch (js.kind) {
    case 'literal':
      return js.value as Value;
    case 'unary':
      return js.op === '-' ? -Number(meaning(js.operand)) : !meaning(js.operand);
    case 'binary':
      return operators[js.op]!(meaning(js.left), meaning(js.right));
    case 'conditional':
      return meaning(js.test) ? meaning(js.then) : meaning(js.else);
    default:
      throw new Error(`no meaning for ${js.kind}`);
  }
}

const { tree } = fc.letrec<{ tree: Js }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.integer({ min: -9, max: 9 }).map(plainValue),
    fc
      .tuple(fc.constantFrom('-' as const, '!' as const), tie('tree'))
      .map(([op, operand]): Js => ({ kind: 'unary', op, operand })),
    fc
      .tuple(tie('tree'), fc.constantFrom(...(Object.keys(operators) as JsBinaryOp[])), tie('tree'))
      .map(([left, op, right]) => binary(left, op, right)),
    fc
      .tuple(tie('tree'), tie('tree'), tie('tree'))
      .map(([test, then, otherwise]): Js => ({ kind: 'conditional', test, then, else: otherwise })),
  ),
}));

function printed(...body: Parameters<typeof printModule>[0]['body']): string {
  return printModule({ header: [], body });
}

describe('the printer', () => {
  it('keeps the meaning of expressions, long and short', () => {
    fc.assert(
      fc.property(tree, (js) => {
        const value = new Function(`${printed(give(js))}`)() as Value;
        expect(value).toEqual(meaning(js));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('writes texts that JavaScript reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(new Function(printed(give(literal(text))))()).toBe(text);
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  it('writes records that JavaScript reads back, whatever their names', () => {
    const record = fc.dictionary(
      fc.string(),
      fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()),
    );
    fc.assert(
      fc.property(record, (value) => {
        const own = Object.fromEntries(Object.entries(value).filter(([name]) => name !== '__proto__'));
        expect(new Function(printed(give(plainValue(own))))()).toEqual(own);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it('lets no comment end early', () => {
    const text = printed(
      fn('f', [], ['a */ throw 1 /* b', 'c'], [comment('one */ two', 'three\u2028throw 2'), give(literal(1))]),
    );
    expect(new Function(`${text}return f();`)()).toBe(1);
  });

  it('formats as a person does', () => {
    const guides = properties([
      property('fc1.weight', call('NormalGuide', object({ sd: literal(0.01) })), ['dense.weight ~ Normal(sd = 0.01)']),
      property('fc1.bias', call('DeltaGuide')),
    ]);
    const text = printed(
      constant('rate', arrow([{ kind: 'fields', names: ['epoch'] }], binary(literal(2), '*', id('epoch')))),
      fn(
        'train',
        [id('before')],
        ['Trains.'],
        [
          constant('guides', call('startGuides', guides, id('before'))),
          forOf({ kind: 'fields', names: ['step'] }, call('batches', id('length')), [
            run(call('descend', object({ step: id('step'), objective: arrow([], block([give(literal(1))])) }))),
          ]),
          give(call(member(id('guides'), 'finish'))),
        ],
      ),
    );
    expect(text).toBe(`const rate = ({ epoch }) => 2 * epoch;
/** Trains. */
function train(before) {
  const guides = startGuides(
    {
      // dense.weight ~ Normal(sd = 0.01)
      'fc1.weight': NormalGuide({ sd: 0.01 }),
      'fc1.bias': DeltaGuide(),
    },
    before,
  );
  for (const { step } of batches(length)) {
    descend({
      step,
      objective: () => {
        return 1;
      },
    });
  }
  return guides.finish();
}
`);
  });
});

describe('names', () => {
  it("stay the program's where they can, and never meet", () => {
    const names = new Names(['tf']);
    expect(['fc1', 'relu[1]', 'fc1', 'tf', 'class', '3d'].map((wanted) => names.take(wanted))).toEqual([
      'fc1',
      'relu_1',
      'fc1_2',
      'tf_2',
      'class_2',
      '_3d',
    ]);
  });
});
