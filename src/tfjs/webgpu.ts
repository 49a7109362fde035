import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { registerAdaptiveConv } from './adaptive-conv.ts';

const WORKGROUP = 64;

/** One invocation computes four output channels of one position, channels last; samples inside the convolution. */
function adaptiveConvProgram(
  outputShape: [number, number, number, number],
  how: { dilation: number; relu: boolean; groups: number; shortcut: boolean; translation: boolean },
): WebGPUProgram {
  const invocations = outputShape.reduce((product, side) => product * side, 1) / 4;
  const groups = Math.ceil(invocations / WORKGROUP);
  const rows = Math.ceil(groups / 65535); // of workgroups: a dispatch is at most 65535 wide
  const variableNames = [
    'x',
    'transform',
    'kernel',
    'bias',
    ...(how.shortcut ? ['shortcut'] : []),
    ...(how.translation ? ['translation'] : []),
  ];
  return {
    shaderKey: `adaptiveConv_${Object.values(how).join('_')}`,
    outputShape,
    variableNames,
    variableComponents: variableNames.map(() => 4),
    outputComponent: 4,
    dispatchLayout: { x: [0, 1, 2, 3] },
    dispatch: [Math.ceil(groups / rows), rows, 1],
    workgroupSize: [WORKGROUP, 1, 1],
    size: true,
    getUserCode: () => `
      fn main(index : i32) {
        if (index >= uniforms.size) { return; }
        let height = uniforms.xShape.y;
        let width = uniforms.xShape.z;
        let cell_quads = uniforms.xShape.w / 4;
        let in_quads = cell_quads / ${how.groups};
        let out_quads = uniforms.outShape.w / 4;
        let q = index / out_quads;
        let quad = index % out_quads;
        var place = vec2<f32>(f32(q / width), f32(q % width));
        let group = quad / (out_quads / ${how.groups});
        let t = transform[q * ${how.groups} + group];
        ${how.translation ? `place += translation[q * ${how.groups} + group].xy;` : ''}
        var sum = bias[quad];
        for (var tap = 0; tap < 9; tap++) {
          let g = vec2<f32>(f32(tap / 3 - 1), f32(tap % 3 - 1));
          let p = place + vec2<f32>(dot(t.xy, g), dot(t.zw, g)) + ${how.dilation - 1}.0 * g;
          let base = floor(p);
          if (base.x < -1.0 || base.x >= f32(height) || base.y < -1.0 || base.y >= f32(width)) { continue; }
          let part = p - base;
          let top = i32(base.x);
          let left = i32(base.y);
          let in_top = select(0.0, 1.0 - part.x, top >= 0);
          let in_bottom = select(0.0, part.x, top < height - 1);
          let in_left = select(0.0, 1.0 - part.y, left >= 0);
          let in_right = select(0.0, part.y, left < width - 1);
          let row0 = max(top, 0) * width;
          let row1 = min(top + 1, height - 1) * width;
          let column0 = max(left, 0);
          let column1 = min(left + 1, width - 1);
          let i00 = (row0 + column0) * cell_quads + group * in_quads;
          let i01 = (row0 + column1) * cell_quads + group * in_quads;
          let i10 = (row1 + column0) * cell_quads + group * in_quads;
          let i11 = (row1 + column1) * cell_quads + group * in_quads;
          var w = tap * in_quads * 4 * out_quads + quad;
          for (var i = 0; i < in_quads; i++) {
            let value = in_top * (in_left * x[i00 + i] + in_right * x[i01 + i])
              + in_bottom * (in_left * x[i10 + i] + in_right * x[i11 + i]);
            sum += value.x * kernel[w] + value.y * kernel[w + out_quads]
              + value.z * kernel[w + 2 * out_quads] + value.w * kernel[w + 3 * out_quads];
            w += 4 * out_quads;
          }
        }
        ${how.shortcut ? 'sum += shortcut[index];' : ''}
        result[index] = ${how.relu ? 'max(sum, vec4<f32>(0.0))' : 'sum'};
      }
    `,
  };
}

/** Registers WebGPU's kernel for TensorFlow.js (our own runtime for WebGPU does not use it). */
export function registerWebgpuKernel(): void {
  registerAdaptiveConv('webgpu', ({ x, transform, translation, filter, bias, shortcut }, { dilation, relu, groups }, backend) => {
    const [, height, width] = x.shape;
    const program = adaptiveConvProgram([1, height, width, bias.shape[0]], {
      dilation,
      relu,
      groups,
      shortcut: shortcut !== undefined,
      translation: translation !== undefined,
    });
    const operands = [x, transform, filter, bias, ...(shortcut ? [shortcut] : []), ...(translation ? [translation] : [])];
    return (backend as WebGPUBackend).runWebGPUProgram(program, operands, 'float32');
  });
}
