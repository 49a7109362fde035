import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MockInstance } from 'vitest';
import { infoCommand } from '../../src/cli/info.ts';

const SHIPPED = fileURLToPath(new URL('../../models/coco_w32', import.meta.url));
const official: unknown[] = JSON.parse(readFileSync(new URL('../fixtures/networks/counts.json', import.meta.url), 'utf8'));

describe('manypose info', () => {
  let log: MockInstance<typeof console.log>;
  beforeEach(() => void (log = vi.spyOn(console, 'log').mockReturnValue()));
  afterEach(() => log.mockRestore());
  const printed = async (...args: string[]): Promise<string> => {
    log.mockClear();
    await infoCommand(args);
    return log.mock.calls.flat().join('\n');
  };

  it('counts all networks, as numbers derived apart from it say', async () => {
    const all = JSON.parse(await printed('--json')) as { id: string }[];
    expect(all).toHaveLength(10);
    expect(new Set(all.map(({ id }) => id)).size).toBe(10);
    expect(all).toEqual(expect.arrayContaining(official));
  });

  it("puts them beside the paper's Table 1, counted both ways", async () => {
    const row = (await printed()).split('\n').find((line) => line.startsWith('coco_higher_w48'));
    expect(row!.split(/ {2,}/)).toEqual([
      'coco_higher_w48',
      '640',
      '66.99 M',
      '178.11 G',
      '66.90 M',
      '179.52 G',
      '66.9 M',
      '179.5 G',
    ]);
  });

  it('tells what a model is', async () => {
    const text = await printed(SHIPPED);
    for (const part of ['adaptive-hrnet, W32, coco', '64.39 G at 512×512', '61.4 MB', 'Apache-2.0']) expect(text).toContain(part);
    const [model] = JSON.parse(await printed(SHIPPED, '--json'));
    expect(model).toMatchObject({ id: 'coco_w32', inputSize: 512, bytes: 61440144, licence: 'Apache-2.0' });
    expect(official).toContainEqual({
      id: model.id,
      inputSize: model.inputSize,
      parameters: model.parameters,
      multiplyAdds: model.multiplyAdds,
    });
  });

  it('says what there is where a name is none', async () => {
    await expect(infoCommand(['coco_w64'])).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/coco_w64 is neither a model's folder .* nor one of coco_w32, /),
    });
  });
});
