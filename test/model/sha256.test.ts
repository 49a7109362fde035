import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../src/model/sha256.ts';

afterEach(() => vi.unstubAllGlobals());

describe.each(['with crypto.subtle', 'without, as on pages without https'])('sha256 %s', (where) => {
  it.each([0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 100_003])('hashes %i bytes', async (length) => {
    if (where.startsWith('without')) vi.stubGlobal('crypto', {});
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 197 + 11) >> 3);
    expect(await sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});
