import * as tf from '@tensorflow/tfjs-core';
import { TAPS } from '../ops/sampling.ts';
import type { SampledShape } from './sampled-columns.ts';
import { sampleColumns, sampleGradients, tapOffset } from './sampled-columns.ts';

/** What an adaptive convolution's taps read of a map by its transforms. */
export interface Sampling {
  /** [cells, 9 · channels], tap by tap. */
  columns(): tf.Tensor2D;
  /** The gradients of map and transforms, from that of the columns. */
  gradients(toColumns: tf.Tensor2D): [toMap: tf.Tensor, toTransform: tf.Tensor];
}

/** In plain loops, which read the numbers at once: for backends that keep them in main memory. */
export function samplingInMemory(x: tf.Tensor, transforms: tf.Tensor, shape: SampledShape): Sampling {
  const [map, values] = [x.dataSync() as Float32Array, transforms.dataSync() as Float32Array];
  const cells = shape.batch * shape.height * shape.width;
  return {
    columns: () => tf.tensor2d(sampleColumns(map, values, shape), [cells, TAPS * shape.channels]),
    gradients(toColumns) {
      const { toMap, toTransform } = sampleGradients(map, values, toColumns.dataSync() as Float32Array, shape);
      return [tf.tensor1d(toMap), tf.tensor1d(toTransform)];
    },
  };
}

/** By gathering and scattering, wherever the numbers are. */
export function samplingByOperations(
  x: tf.Tensor,
  transforms: tf.Tensor,
  { batch, height, width, channels, dilation }: SampledShape,
): Sampling {
  const cells = batch * height * width;
  const rows = tf.reshape(x, [cells, channels]);
  const places = corners(tf.reshape(transforms, [cells, 4]), batch, height, width, dilation);
  const asColumn = (values: tf.Tensor): tf.Tensor => tf.reshape(values, [-1, 1]);
  return {
    columns() {
      const values = places.map(({ index, share }) => tf.mul(tf.gather(rows, index), asColumn(share)));
      return tf.reshape(tf.addN(values), [cells, TAPS * channels]);
    },

    gradients(toColumns) {
      const toTaps = tf.reshape(toColumns, [cells * TAPS, channels]);
      const scattered = tf.concat(places.map(({ share }) => tf.mul(toTaps, asColumn(share))));
      const toMap = tf.scatterND(asColumn(tf.concat(places.map(({ index }) => index))), scattered, [cells, channels]);
      // Moving a tap changes the corners' shares.
      const along = (of: 'byRow' | 'byColumn'): tf.Tensor2D => {
        const parts = places.map((corner) => tf.mul(tf.sum(tf.mul(toTaps, tf.gather(rows, corner.index)), 1), corner[of]));
        return tf.reshape(tf.addN(parts), [cells, TAPS]);
      };
      const toTransform = tf.add(
        tf.matMul(along('byRow'), tapMatrix(0), false, true),
        tf.matMul(along('byColumn'), tapMatrix(1), false, true),
      );
      return [toMap, toTransform];
    },
  };
}

/** One of the four cells around every tap's place, [cells · 9] each. */
interface Corner {
  /** Row of the flattened map; some other one where the cell lies outside. */
  readonly index: tf.Tensor1D;
  /** Its share in what the tap reads; 0 outside. */
  readonly share: tf.Tensor1D;
  /** The share's derivative by the place's row and column. */
  readonly byRow: tf.Tensor1D;
  readonly byColumn: tf.Tensor1D;
}

/** @param transforms [cells, 4]. */
function corners(transforms: tf.Tensor2D, batch: number, height: number, width: number, dilation: number): Corner[] {
  const { row, column, first } = regularPlaces(batch, height, width, dilation);
  // T·g on its own: where large terms cancel in it, the place must not be lost to them.
  const places = [row, column].map((regular, axis) => tf.add(tf.reshape(tf.matMul(transforms, tapMatrix(axis)), [-1]), regular));
  const floors = places.map((place) => tf.floor(place));
  const parts = places.map((place, axis) => tf.sub(place, floors[axis]));
  /** Of the cells before and after a place along an axis: index, share and the share's derivative. */
  const neighbours = (axis: number, size: number) =>
    [0, 1].map((after) => {
      const cell = tf.add(floors[axis], after);
      const inside = tf.cast(tf.logicalAnd(tf.greaterEqual(cell, 0), tf.less(cell, size)), 'float32');
      return {
        cell: tf.clipByValue(cell, 0, size - 1),
        share: tf.mul(after ? parts[axis] : tf.sub(1, parts[axis]), inside),
        derivative: after ? inside : tf.neg(inside),
      };
    });
  const [rows, columns] = [neighbours(0, height), neighbours(1, width)];
  return rows.flatMap((y) =>
    columns.map((x): Corner => ({
      index: tf.cast(tf.add(first, tf.add(tf.mul(y.cell, width), x.cell)), 'int32') as tf.Tensor1D,
      share: tf.mul(y.share, x.share) as tf.Tensor1D,
      byRow: tf.mul(y.derivative, x.share) as tf.Tensor1D,
      byColumn: tf.mul(y.share, x.derivative) as tf.Tensor1D,
    })),
  );
}

/** [4, 9]: times a transform [yy, yx, xy, xx] it gives the nine taps' (T·g)'s rows (axis 0) or columns (1). */
function tapMatrix(axis: number): tf.Tensor2D {
  const values = new Float32Array(4 * TAPS);
  for (let tap = 0; tap < TAPS; tap++) tapOffset(tap).forEach((offset, i) => (values[(2 * axis + i) * TAPS + tap] = offset));
  return tf.tensor2d(values, [4, TAPS]);
}

/** Where the taps lie without transforms, q + (dilation - 1)·g, and the first row of their own image; [cells · 9] each. */
function regularPlaces(batch: number, height: number, width: number, dilation: number) {
  const length = batch * height * width * TAPS;
  const [row, column, first] = [new Float32Array(length), new Float32Array(length), new Float32Array(length)];
  for (let i = 0; i < length; i++) {
    const [gy, gx] = tapOffset(i % TAPS);
    const cell = Math.floor(i / TAPS);
    row[i] = (Math.floor(cell / width) % height) + (dilation - 1) * gy;
    column[i] = (cell % width) + (dilation - 1) * gx;
    first[i] = cell - (cell % (height * width));
  }
  return { row: tf.tensor1d(row), column: tf.tensor1d(column), first: tf.tensor1d(first) };
}
