import type { Frame } from '../frame.ts';
import { pixelsOf } from '../frame-pixels.ts';
import type { InputGeometry } from '../geometry.ts';
import { preprocess } from '../ops/preprocess.ts';
import type { InputPlanes } from './maps-runtime.ts';

/** The input of a frame, made on the CPU (see `MapsRunner.input`). */
export function pixelInput(frame: Frame, geometry: InputGeometry, mirrored: boolean, shift?: number): InputPlanes {
  return { values: preprocess(pixelsOf(frame), geometry, mirrored, shift), width: geometry.width, height: geometry.height };
}
