/** [channels, height, width] to channels last. */
export function toChannelsLast(planes: Float32Array, channels: number): Float32Array {
  const cells = planes.length / channels;
  const out = new Float32Array(planes.length);
  for (let c = 0; c < channels; c++) {
    for (let q = 0; q < cells; q++) out[q * channels + c] = planes[c * cells + q];
  }
  return out;
}

/** Channels first..last-1 of channels-last data as planes [last - first, height, width]. */
export function toPlanes(data: ArrayLike<number>, channels: number, first = 0, last = channels): Float32Array {
  const cells = data.length / channels;
  const out = new Float32Array((last - first) * cells);
  for (let c = first; c < last; c++) {
    for (let q = 0; q < cells; q++) out[(c - first) * cells + q] = data[q * channels + c];
  }
  return out;
}

/** [out, in, k, k] to [k, k, in, out]. */
export function toHwio(weight: Float32Array, shape: readonly number[]): Float32Array {
  const [outChannels, inChannels, height, width] = shape;
  const taps = height * width;
  const hwio = new Float32Array(weight.length);
  for (let o = 0; o < outChannels; o++) {
    for (let i = 0; i < inChannels; i++) {
      for (let tap = 0; tap < taps; tap++) {
        hwio[(tap * inChannels + i) * outChannels + o] = weight[(o * inChannels + i) * taps + tap];
      }
    }
  }
  return hwio;
}

/** [k, k, in, out] to [out, in, k, k]. */
export function fromHwio(hwio: Float32Array, shape: readonly number[]): Float32Array {
  const [height, width, inChannels, outChannels] = shape;
  const taps = height * width;
  const weight = new Float32Array(hwio.length);
  for (let tap = 0; tap < taps; tap++) {
    for (let i = 0; i < inChannels; i++) {
      for (let o = 0; o < outChannels; o++) {
        weight[(o * inChannels + i) * taps + tap] = hwio[(tap * inChannels + i) * outChannels + o];
      }
    }
  }
  return weight;
}
