/** Stable codes of everything manypose throws on purpose. */
export type ErrorCode =
  | 'invalid-argument' // an option or parameter out of its documented range
  | 'invalid-image' // no pixels: zero-sized, not loaded yet, detached, or not an image at all
  | 'tainted-image' // cross-origin pixels that the browser does not let a page read
  | 'invalid-model' // descriptor or manifest that does not describe a network this version knows
  | 'corrupt-weights' // a shard that is short, long, or does not have its hash
  | 'download-failed' // network or HTTP error while fetching model files
  | 'aborted' // the caller's AbortSignal fired
  | 'invalid-checkpoint' // not a PyTorch checkpoint, or damaged
  | 'unsafe-checkpoint' // a pickle that asks for anything but tensors
  | 'checkpoint-mismatch' // names or shapes that are not the descriptor's
  | 'invalid-annotations' // annotations or results that are not in COCO's JSON formats
  | 'no-runtime' // neither WebGPU nor a TensorFlow.js backend can run here
  | 'device-lost' // the GPU, or a thread of WebAssembly, went away and could not be had again
  | 'out-of-memory' // the GPU refused an allocation
  | 'gpu-error' // validation or internal error of the GPU
  | 'busy' // more calls at once than wait for their turn
  | 'disposed' // the detector was disposed
  | 'internal'; // a part of the library did not arrive, or has a fault: nothing is thrown with it on purpose

/** The one error class of the library: `code` is stable, `message` is for people. */
export class ManyposeError extends Error {
  readonly code: ErrorCode;
  /** All of what the message sums up, where it does: one line each. */
  readonly details?: readonly string[];

  constructor(code: ErrorCode, message: string, options?: ErrorOptions & { readonly details?: readonly string[] }) {
    super(message, options);
    this.name = 'ManyposeError';
    this.code = code;
    if (options?.details) this.details = options.details;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'something that has no words'; // an object without a prototype, say
  }
}

/** Work whose every rejection is the library's: whatever else goes wrong in it becomes `internal`. */
export async function typed<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ManyposeError) throw cause;
    throw new ManyposeError('internal', `a part of manypose did not arrive, or failed: ${messageOf(cause)}`, { cause });
  }
}
