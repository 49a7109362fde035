import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../src/convert/checkpoint.ts';
import { bytesOf, legacyFile, littleEndian, op, pickle, zipFile } from '../support/pickle-builder.ts';

const command = op.text('touch /tmp/owned');

describe('pickles that ask for more than tensors', () => {
  it.each([
    ['os.system', op.call(op.global('os', 'system'), command), 'os.system'],
    ['posix.system', op.call(op.global('posix', 'system'), command), 'posix.system'],
    ['builtins.eval', op.call(op.global('builtins', 'eval'), command), 'builtins.eval'],
    ['__builtin__.exec', op.call(op.global('__builtin__', 'exec'), command), '__builtin__.exec'],
    ['__import__', op.call(op.global('builtins', '__import__'), op.text('os')), 'builtins.__import__'],
    ['getattr', op.call(op.global('builtins', 'getattr'), op.dict(), op.text('x')), 'builtins.getattr'],
    ['getattr of a module', op.call(op.global('builtins', 'getattr'), op.global('os', 'x'), op.text('system')), 'os.x'],
    [
      'getattr of a function that is known',
      op.call(op.global('builtins', 'getattr'), op.global('torch', 'Size'), op.text('x')),
      'builtins.getattr',
    ],
    [
      'a call of an attribute',
      op.call(op.call(op.global('builtins', 'getattr'), op.global('collections', 'OrderedDict'), op.text('x')), command),
      'builtins.getattr',
    ],
    ['a name given on the stack', bytesOf(op.text('subprocess'), op.text('Popen'), 0x93), 'subprocess.Popen'],
    ['a mention alone', op.global('torch.hub', 'load'), 'torch.hub.load'],
    ['a name of every object', op.global('torch', '__proto__'), 'torch.__proto__'],
    ['a storage of every object', op.global('torch', 'constructorStorage'), 'constructorStorage'],
    ['a dotted name', op.global('collections', 'OrderedDict.__init__'), 'OrderedDict.__init__'],
    ['a call of a storage class', op.call(op.global('torch', 'FloatStorage'), op.int(5)), 'torch.FloatStorage'],
    ['a call of a dict', op.call(op.dict()), 'not a known function'],
    ['a call of text', op.call(command), 'not a known function'],
    ['BUILD of a function', bytesOf(op.global('collections', 'OrderedDict'), op.dict(), 'b'), 'state'],
    ['BUILD of a list', bytesOf(']', op.dict(), 'b'), 'state'],
    ['BUILD of a dict by a tuple', bytesOf(op.dict(), op.tuple(op.dict(), op.dict()), 'b'), 'state'],
    ['INST', bytesOf('(', command, 'ios\nsystem\n'), 'INST'],
    ['OBJ', bytesOf('(', op.global('collections', 'OrderedDict'), 'o'), 'OBJ'],
    ['NEWOBJ', bytesOf(op.global('collections', 'OrderedDict'), ')', 0x81), 'NEWOBJ'],
    ['NEWOBJ_EX', bytesOf(op.global('collections', 'OrderedDict'), ')', '}', 0x92), 'NEWOBJ_EX'],
    ['an extension code', bytesOf(0x82, 1), 'EXT1'],
    ['a persistent id in text', bytesOf('Pmodule\n'), 'PERSID'],
    ['source code as an outside object', bytesOf(op.tuple(op.text('module'), command, command), 'Q'), 'module'],
  ])('refuses %s and names it', async (_, evil, name) => {
    for (const bytes of [legacyFile(pickle(evil)), zipFile({ 'a/data.pkl': pickle(evil) })]) {
      let thrown: unknown;
      try {
        await readCheckpoint(bytes);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toMatchObject({ name: 'ManyposeError', code: 'unsafe-checkpoint' });
      expect((thrown as Error).message).toContain(name);
    }
  });

  it('refuses them wherever they hide', async () => {
    const hidden = pickle(
      op.dict(
        op.text('x'),
        op.tensor(op.storage('FloatStorage', 's', 1), 0, [1], [1]),
        op.text('optimizer'),
        op.dict(op.text('hook'), op.tuple(op.call(op.global('os', 'system'), command))),
      ),
    );
    const bytes = legacyFile(hidden, { s: { length: 1, bytes: new Uint8Array(4) } });
    await expect(readCheckpoint(bytes)).rejects.toThrow(/os\.system/);
    // As one of the pickles before the object, too.
    const magic = pickle(bytesOf(0x8a, 10, littleEndian(0x1950a86a20f9469cfc6cn, 10)));
    const version = pickle(op.call(op.global('os', 'system'), command));
    await expect(readCheckpoint(bytesOf(magic, version))).rejects.toThrow(/os\.system/);
  });

  it("does not let a dict's keys reach JavaScript's objects", async () => {
    const bytes = legacyFile(pickle(op.dict(op.text('__proto__'), op.dict(op.text('polluted'), op.int(1)))));
    await expect(readCheckpoint(bytes)).rejects.toThrow(/no tensors/);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('pickles made to take forever', () => {
  it('reads lists nested exponentially in linear time', async () => {
    // Each list holds the one before it ten times: written out, 10^40 items.
    const levels = Array.from({ length: 40 }, (_, i) =>
      bytesOf(']', 'q', i + 1, '(', ...Array.from({ length: 10 }, () => bytesOf('h', i)), 'e', '0'),
    );
    const bomb = bytesOf(']', 'q', 0, '0', ...levels, op.dict(op.text('bomb'), bytesOf('h', 40)));
    const begun = performance.now();
    await expect(readCheckpoint(legacyFile(pickle(bomb)))).rejects.toThrow(/no tensors/);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('keeps no room for memo entries that were never stored', async () => {
    const far = bytesOf('}', 'r', littleEndian(0xffffffff, 4));
    await expect(readCheckpoint(legacyFile(pickle(far)))).rejects.toThrow(/no tensors/);
  });

  it('survives deep nesting, also in itself', async () => {
    const deep = bytesOf(']'.repeat(200_000), 'a'.repeat(199_999));
    await expect(readCheckpoint(legacyFile(pickle(deep)))).rejects.toThrow(/no dict of tensors/);
    const self = bytesOf('}', 'q', 0, op.text('state_dict'), 'h', 0, 's');
    await expect(readCheckpoint(legacyFile(pickle(self)))).rejects.toThrow(/no tensors/);
  });
});
