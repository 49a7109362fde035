// A thread that runs the kernels. It starts from this text alone, so it imports nothing. The first
// message brings the compiled kernels and the memory; each one after it is a piece of work (engine.ts).
const port = typeof require === 'function' ? require('node:worker_threads').parentPort : self;
const PAGE = 65536;
let memory;
let run;

function start({ module, memory: shared }) {
  memory = shared ?? new WebAssembly.Memory({ initial: 1, maximum: PAGE });
  run = new WebAssembly.Instance(module, { env: { memory } }).exports.run;
  return [];
}

/** Where memory is shared, the thread that asks writes and reads it by itself. */
function work({ bytes, writes, calls, count, thread, threads, reads }) {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
  for (const { address, data } of writes) new data.constructor(memory.buffer, address, data.length).set(data);
  run(calls, count, thread, threads);
  return reads.map(({ address, length }) => new Float32Array(memory.buffer, address, length).slice());
}

port.onmessage = ({ data }) => {
  try {
    const results = data.module ? start(data) : work(data);
    port.postMessage(
      { results },
      results.map(({ buffer }) => buffer),
    );
  } catch (error) {
    // A RangeError is memory that cannot grow; everything is as it was.
    port.postMessage({ error: error.message, memory: error instanceof RangeError });
  }
};
