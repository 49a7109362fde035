import { isSlow } from '../runtime/slow.ts';
import { prepareCalls, recordDispatches } from './dispatch.ts';
import { wholeBuffer } from './kernel.ts';
import { PROBE_BYTES, probeCall } from './kernels/probe.ts';
import { gpuMemory } from './memory.ts';
import { pipelinesOf } from './pipelines.ts';
import { queueWait } from './queue-wait.ts';

/** Whether an adapter is as slow as a CPU, by its time for a small piece of work. */
export async function isSlowAdapter(adapter: GPUAdapter): Promise<boolean> {
  const device = await adapter.requestDevice({ label: 'manypose probe' });
  try {
    const pipelines = pipelinesOf(device);
    const results = device.createBuffer({ label: 'probe', size: PROBE_BYTES, usage: GPUBufferUsage.STORAGE });
    await pipelines.compile([probeCall(wholeBuffer(results), 1)]);
    return await isSlow(async (multiplyAdds) => {
      const dispatches = prepareCalls(gpuMemory(device), pipelines, 'probe', [probeCall(wholeBuffer(results), multiplyAdds)]);
      const encoder = device.createCommandEncoder({ label: 'probe' });
      const pass = encoder.beginComputePass({ label: 'probe' });
      recordDispatches(pass, dispatches);
      pass.end();
      device.queue.submit([encoder.finish()]);
      await queueWait(device.queue, device.queue.onSubmittedWorkDone());
    });
  } finally {
    device.destroy();
  }
}
