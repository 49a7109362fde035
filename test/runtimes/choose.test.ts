import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../src/errors.ts';
import { ManyposeError } from '../../src/errors.ts';
import type { Runtime } from '../../src/runtime/runtime.ts';
import { chooseRuntime } from '../../src/runtimes/choose.ts';
import type { RuntimeEntry } from '../../src/runtimes/entry.ts';

const model = {} as Parameters<typeof chooseRuntime>[2];
const runtime = {} as Runtime;
const wasm: RuntimeEntry = { kind: 'wasm', title: 'WebAssembly', open: async () => runtime };
const webgpu = (entry: Partial<RuntimeEntry>): RuntimeEntry => ({
  kind: 'webgpu',
  title: 'WebGPU',
  open: async () => {
    throw new Error('opened in vain');
  },
  ...entry,
});
const choose = (first: RuntimeEntry, wanted: 'auto' | 'webgpu' = 'auto') =>
  chooseRuntime({ runtimes: { webgpu: first, wasm }, order: [first, wasm] }, wanted, model, {});
const fails = (error: Error) => async () => {
  throw error;
};
const typed = (code: ErrorCode): ManyposeError => new ManyposeError(code, `it is ${code}`);

describe("'auto'", () => {
  it.each<[string, Partial<RuntimeEntry>, string]>([
    ['would be no good choice', { whyNot: async () => 'there is no GPU' }, 'because there is no GPU'],
    ['fails where it is tried', { whyNot: fails(new TypeError('no device')) }, 'because WebGPU cannot be opened: no device'],
    ['has a part that does not arrive', { open: fails(new TypeError('Failed to fetch')) }, 'cannot be opened: Failed to fetch'],
    ...(['no-runtime', 'device-lost', 'out-of-memory', 'gpu-error'] as const).map(
      (code): [string, Partial<RuntimeEntry>, string] => [`is ${code}`, { open: fails(typed(code)) }, `opened: it is ${code}`],
    ),
  ])('takes the next where one %s, and says so', async (_, entry, why) => {
    const chosen = await choose(webgpu(entry));
    expect(chosen.runtime).toBe(runtime);
    expect(chosen.reason).toContain(why);
  });

  it.each(['invalid-model', 'invalid-argument', 'aborted'] as const)('does not mend what is %s', async (code) => {
    await expect(choose(webgpu({ open: fails(typed(code)) }))).rejects.toMatchObject({ code });
  });

  it('lists all where none opens', async () => {
    const broken = webgpu({ open: fails(new Error('one')) });
    await expect(
      chooseRuntime({ runtimes: {}, order: [broken, { ...wasm, open: fails(typed('no-runtime')) }] }, 'auto', model, {}),
    ).rejects.toMatchObject({ code: 'no-runtime', message: expect.stringMatching(/WebGPU .*: one; WebAssembly .*/) as string });
  });
});

it('by name, a runtime has no other in its place', async () => {
  await expect(choose(webgpu({ open: fails(typed('gpu-error')) }), 'webgpu')).rejects.toMatchObject({ code: 'gpu-error' });
});
