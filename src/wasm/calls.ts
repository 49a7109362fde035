/** What a call computes; `Kernel` in assembly/call.ts has the same order. */
export const KERNELS = [
  'interleave',
  'planes',
  'packWeights',
  'packWinograd',
  'conv',
  'winograd',
  'adaptiveConv',
  'fuse',
  'concat',
  'mean',
  'maximum',
  'split',
  'groupConv',
  'transposedConv',
] as const;

/** The numbers of a call; `Call` in assembly/call.ts has the same order and says what they mean. */
// prettier-ignore
export const CALL_FIELDS = [
  'kernel', 'items', 'taken',
  'input', 'input1', 'input2', 'input3', 'inputs', 'inWidth', 'inHeight', 'inLanes',
  'output', 'width', 'height', 'lanes',
  'weights', 'bias', 'shortcut', 'transform', 'transformLanes', 'translation', 'translationLanes', 'groups', 'side', 'stride', 'dilation', 'relu', 'panels', 'windows',
  'factor', 'factor1', 'factor2', 'factor3', 'smooth', 'firstLane', 'channels', 'places',
] as const;

type Field = Exclude<(typeof CALL_FIELDS)[number], 'kernel' | 'items' | 'taken'>;

/** One step of a program: a kernel, how many items its work is split into, and its numbers; 0 where left out. */
export interface Call extends Readonly<Partial<Record<Field, number>>> {
  readonly kernel: (typeof KERNELS)[number];
  readonly items: number;
}

export const CALL_BYTES = CALL_FIELDS.length * 4;

/** Calls as the kernels read them from memory. */
export function encodeCalls(calls: readonly Call[]): Int32Array<ArrayBuffer> {
  return Int32Array.from(
    calls.flatMap((call) =>
      CALL_FIELDS.map((field) => {
        if (field === 'kernel') return KERNELS.indexOf(call.kernel);
        return field === 'taken' ? 0 : (call[field] ?? 0);
      }),
    ),
  );
}

/** What threads share; `Control` in assembly/control.ts has the same order. */
export const CONTROL_FIELDS = ['arrived', 'passed', 'zeros', 'scratch', 'scratchBytes'] as const;
