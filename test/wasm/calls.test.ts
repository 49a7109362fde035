import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CALL_FIELDS, CONTROL_FIELDS, KERNELS, encodeCalls } from '../../src/wasm/calls.ts';

const assembly = (name: string): string => readFileSync(new URL(`../../src/wasm/assembly/${name}`, import.meta.url), 'utf8');

/** Names of a class's fields, in order. */
function fieldsOf(source: string, name: string): string[] {
  const body = new RegExp(`class ${name} \\{([^}]*)\\}`).exec(source)![1];
  return [...body.matchAll(/^ {2}(\w+): \w+;$/gm)].map(([, field]) => field);
}

it('the driver writes the fields that the kernels read, in their order', () => {
  expect(fieldsOf(assembly('call.ts'), 'Call')).toEqual(CALL_FIELDS);
  expect(fieldsOf(assembly('control.ts'), 'Control')).toEqual(CONTROL_FIELDS);
});

it('both name the same kernels in the same order', () => {
  const [, names] = /enum Kernel \{([^}]*)\}/.exec(assembly('call.ts'))!;
  const lower = (name: string): string => name[0].toLowerCase() + name.slice(1);
  expect(names.match(/\w+/g)!.map(lower)).toEqual(KERNELS);
});

it('numbers that a call does not have are 0', () => {
  const words = encodeCalls([{ kernel: 'mean', items: 3, height: 7 }]);
  const call = Object.fromEntries(CALL_FIELDS.map((field, i) => [field, words[i]]));
  expect(call).toMatchObject({ kernel: KERNELS.indexOf('mean'), items: 3, taken: 0, height: 7, width: 0, shortcut: 0 });
});
