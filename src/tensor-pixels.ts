import { ManyposeError, messageOf } from './errors.ts';
import type { PixelData, TensorLike } from './frame.ts';
import { invalidImage } from './image-faults.ts';

/** Types of a tensor's values that are no shades. */
const NO_SHADES = ['bool', 'complex64', 'string'];

/**
 * Copies a tensor's pixels: [height, width, 1 | 3 | 4], values 0..255 as in TensorFlow.js' image
 * functions; they are rounded to 8 bits.
 *
 * @throws ManyposeError `invalid-image` for another shape, a disposed tensor, and values that are not
 *   finite or have another range: all within -1..1, with fractions.
 */
export async function pixelsOfTensor(tensor: TensorLike): Promise<PixelData> {
  try {
    return await copyPixels(tensor);
  } catch (cause) {
    if (cause instanceof ManyposeError) throw cause;
    throw invalidImage(`the tensor's values cannot be read: ${messageOf(cause)}`, cause);
  }
}

async function copyPixels(tensor: TensorLike): Promise<PixelData> {
  const { shape, dtype } = tensor;
  const [height, width, channels] = shape;
  if (shape.length !== 3 || ![1, 3, 4].includes(channels)) {
    throw invalidImage(`expected a tensor of shape [height, width, 1 | 3 | 4], got [${shape.join(', ')}]`);
  }
  if (!(Number.isSafeInteger(width * height) && width > 0 && height > 0)) {
    throw invalidImage(`the tensor has no pixels: its shape is [${shape.join(', ')}]`);
  }
  if (NO_SHADES.includes(dtype)) throw invalidImage(`expected a tensor of numbers from 0 to 255, got one of type ${dtype}`);
  const values = await tensor.data();
  if (values.length !== width * height * channels) {
    throw invalidImage(
      `expected ${width * height * channels} values in a tensor [${shape.join(', ')}], got ${String(values.length)}`,
    );
  }
  checkRange(values);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) data[i * 4 + c] = values[i * channels + (channels === 1 ? 0 : c)];
    data[i * 4 + 3] = 255;
  }
  return { data, width, height };
}

/** Shades of 0..1 or -1..1 would pass for a picture that is black all over. */
function checkRange(values: ArrayLike<number>): void {
  let [least, most, fractions] = [Infinity, -Infinity, false];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) throw invalidImage('the tensor holds values that are not finite');
    if (value < least) least = value;
    if (value > most) most = value;
    fractions ||= value !== Math.round(value);
  }
  if (!fractions || least < -1 || most > 1) return;
  const [range, mend] = least < 0 ? ['-1 to 1', 'tensor.add(1).mul(127.5)'] : ['0 to 1', 'tensor.mul(255)'];
  throw invalidImage(`expected a tensor's values from 0 to 255, got ${range}: pass ${mend}`);
}
