import { afterEach, describe, expect, it, vi } from 'vitest';
import { queueWait } from '../../src/webgpu/queue-wait.ts';

/** A queue whose work ends with the so-manieth submission, as where a browser looks only then. */
function seldomLooking(looks: number): { queue: GPUQueue; end: Promise<string>; submitted(): number; fail(cause: Error): void } {
  let submitted = 0;
  let finish!: (result: string) => void;
  let fail!: (cause: Error) => void;
  const end = new Promise<string>((resolve, reject) => ([finish, fail] = [resolve, reject]));
  const submit = (): void => {
    if (++submitted === looks) finish('done');
  };
  return { queue: { submit } as unknown as GPUQueue, end, submitted: () => submitted, fail };
}

describe("waiting for the GPU's end", () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('makes Firefox look, until it has seen it', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0' });
    const { queue, end, submitted } = seldomLooking(3);
    expect(await queueWait(queue, end)).toBe('done');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(submitted()).toBe(3);
  });

  it('passes on what went wrong', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Firefox/153.0' });
    const { queue, end, fail } = seldomLooking(Infinity);
    setTimeout(() => fail(new Error('lost')), 20);
    await expect(queueWait(queue, end)).rejects.toThrow('lost');
  });

  it.each([undefined, {}, { userAgent: 'Chrome/156.0.0.0 Safari/537.36' }])(
    'submits nothing elsewhere: %j',
    async (navigator) => {
      vi.stubGlobal('navigator', navigator);
      const { queue, submitted } = seldomLooking(1);
      const end = new Promise((resolve) => setTimeout(() => resolve('done'), 30));
      expect(await queueWait(queue, end)).toBe('done');
      expect(submitted()).toBe(0);
    },
  );
});
