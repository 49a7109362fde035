import frameExternal from '../../../shaders/common/frame-external.wgsl?raw';
import frameTexture from '../../../shaders/common/frame-texture.wgsl?raw';
import source from '../../../shaders/preprocess.wgsl?raw';
import type { InputGeometry } from '../../geometry.ts';
import { MIRROR_SHIFT, PIXEL_MEAN, PIXEL_STD, frameSampling } from '../../ops/frame-sampling.ts';
import type { Compilable } from '../pipelines.ts';

/** What the frame's pixels are read from. */
export type FrameTextureKind = 'texture' | 'external';

/** Side of the shader's workgroups, in pixels. */
const TILE = 8;

const SOURCES: Record<FrameTextureKind, string> = { texture: frameTexture, external: frameExternal };

export function preprocessPipeline(kind: FrameTextureKind): Compilable {
  return {
    kernel: {
      name: `preprocess ${kind}`,
      source: [SOURCES[kind], source],
      constants: { TILE },
      bindings: ['uniform', 'write', kind],
    },
  };
}

/** Bytes of the shader's uniforms. */
export const PREPROCESS_UNIFORM_BYTES = 64;
/**
 * The shader's uniforms.
 *
 * @param texture size of the texture that holds the frame: the frame's own, or smaller if it was shrunk.
 * @param mirrored for the flip test's second run, shifted left by `shift` pixels.
 */
export function preprocessUniforms(
  geometry: InputGeometry,
  texture: { width: number; height: number },
  mirrored: boolean,
  shift = MIRROR_SHIFT,
): ArrayBuffer {
  const block = new ArrayBuffer(PREPROCESS_UNIFORM_BYTES);
  new Uint32Array(block).set([geometry.width, geometry.height, Number(mirrored), shift]);
  const { stepX, startX, stepY, startY } = frameSampling(geometry, texture);
  new Float32Array(block, 16).set([stepX, stepY, startX, startY, ...PIXEL_MEAN, 0, ...PIXEL_STD, 0]);
  return block;
}

export function preprocessWorkgroups(geometry: InputGeometry): [number, number] {
  return [Math.ceil(geometry.width / TILE), Math.ceil(geometry.height / TILE)];
}
