import type { GPGPUProgram, MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { getKernel } from '@tensorflow/tfjs-core';
import { registerAdaptiveConv } from './adaptive-conv.ts';

/**
 * One invocation computes four output channels of one position and samples inside the convolution.
 * Every operand is given as [n, 2, 2]: packed, that makes a texel of four consecutive numbers, four
 * channels of a position (x, transform, shortcut, output) or of a tap and input channel (filter).
 */
function adaptiveConvProgram(
  size: { width: number; height: number; groups: number; inChannels: number; outChannels: number },
  how: { dilation: number; relu: boolean; shortcut: boolean; translation: boolean },
): GPGPUProgram {
  const { width, height, groups, inChannels, outChannels } = size;
  const groupChannels = inChannels / groups;
  const cellQuads = inChannels / 4;
  const inQuads = cellQuads / groups;
  const outQuads = outChannels / 4;
  return {
    variableNames: ['X', 'T', 'Filter', 'Bias', ...(how.shortcut ? ['Shortcut'] : []), ...(how.translation ? ['Move'] : [])],
    outputShape: [width * height * outQuads, 2, 2],
    packedInputs: true,
    packedOutput: true,
    userCode: `
      void main() {
        int index = getOutputCoords().x;
        int q = index / ${outQuads};
        int quad = index - q * ${outQuads};
        int row = q / ${width};
        vec2 place = vec2(float(row), float(q - row * ${width}));
        int group = quad / ${outQuads / groups};
        vec4 t = getT(q * ${groups} + group, 0, 0);
        ${how.translation ? `place += getMove(q * ${groups} + group, 0, 0).xy;` : ''}
        vec4 sum = getBias(quad, 0, 0);
        for (int tap = 0; tap < 9; tap++) {
          int tapRow = tap / 3;
          vec2 g = vec2(float(tapRow - 1), float(tap - 3 * tapRow - 1));
          vec2 p = place + vec2(dot(t.xy, g), dot(t.zw, g)) + ${how.dilation - 1}.0 * g;
          vec2 base = floor(p);
          // What lies wholly outside is skipped here, so that the indices below stay small.
          if (base.x < -1.0 || base.x >= ${height}.0 || base.y < -1.0 || base.y >= ${width}.0) continue;
          vec2 part = p - base;
          int top = int(base.x);
          int left = int(base.y);
          float inTop = top >= 0 ? 1.0 - part.x : 0.0;
          float inBottom = top < ${height - 1} ? part.x : 0.0;
          float inLeft = left >= 0 ? 1.0 - part.y : 0.0;
          float inRight = left < ${width - 1} ? part.y : 0.0;
          int row0 = max(top, 0) * ${width};
          int row1 = min(top + 1, ${height - 1}) * ${width};
          int column0 = max(left, 0);
          int column1 = min(left + 1, ${width - 1});
          int i00 = (row0 + column0) * ${cellQuads} + group * ${inQuads};
          int i01 = (row0 + column1) * ${cellQuads} + group * ${inQuads};
          int i10 = (row1 + column0) * ${cellQuads} + group * ${inQuads};
          int i11 = (row1 + column1) * ${cellQuads} + group * ${inQuads};
          int w = tap * ${groupChannels * outQuads} + quad;
          for (int i = 0; i < ${inQuads}; i++) {
            vec4 value = inTop * (inLeft * getX(i00 + i, 0, 0) + inRight * getX(i01 + i, 0, 0))
              + inBottom * (inLeft * getX(i10 + i, 0, 0) + inRight * getX(i11 + i, 0, 0));
            sum += value.x * getFilter(w, 0, 0) + value.y * getFilter(w + ${outQuads}, 0, 0)
              + value.z * getFilter(w + ${2 * outQuads}, 0, 0) + value.w * getFilter(w + ${3 * outQuads}, 0, 0);
            w += ${4 * outQuads};
          }
        }
        ${how.shortcut ? 'sum += getShortcut(index, 0, 0);' : ''}
        setOutput(${how.relu ? 'max(sum, vec4(0.0))' : 'sum'});
      }
    `,
  };
}

/** Registers WebGL's kernel. */
export function registerWebglKernel(): void {
  const reshapeKernel = getKernel('Reshape', 'webgl');
  registerAdaptiveConv('webgl', ({ x, transform, translation, filter, bias, shortcut }, { dilation, relu, groups }, backend) => {
    const webgl = backend as MathBackendWebGL;
    const reshape = (tensor: TensorInfo, shape: number[]) =>
      reshapeKernel.kernelFunc({ inputs: { x: tensor }, attrs: { shape }, backend: webgl }) as TensorInfo;
    const [, height, width, inChannels] = x.shape;
    const outChannels = bias.shape[0];
    const operands = [x, transform, filter, bias, ...(shortcut ? [shortcut] : []), ...(translation ? [translation] : [])].map(
      (tensor) => reshape(tensor, [tensor.shape.reduce((product, side) => product * side, 1) / 4, 2, 2]),
    );
    const program = adaptiveConvProgram(
      { width, height, groups, inChannels, outChannels },
      { dilation, relu, shortcut: shortcut !== undefined, translation: translation !== undefined },
    );
    const quads = webgl.runWebGLProgram(program, operands, 'float32');
    const out = reshape(quads, [1, height, width, outChannels]);
    for (const temporary of [...operands, quads]) webgl.disposeIntermediateTensorInfo(temporary);
    return out;
  });
}
