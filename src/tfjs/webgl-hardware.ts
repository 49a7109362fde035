import { isSlow } from '../runtime/slow.ts';
import { isSoftwareName } from '../runtime/software.ts';

/** Longest side of the probe's picture, and what each of its pixels does. */
const PROBE_SIDE = 1024;
const MULTIPLY_ADDS_PER_PIXEL = 4 * 128;
/** What a renderer that does not tell its name calls itself: WebKit's says "Apple GPU" on every system. */
const MASKED = /^(|mozilla|webkit webgl|apple gpu)$/i;

/** The graphics chip and its driver, as the browser names them. */
export function rendererOf(gl: WebGLRenderingContext | WebGL2RenderingContext): string {
  const unmasked = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(unmasked ? unmasked.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

/** Why WebGL would compute on the CPU here, or not at all; undefined if there is hardware for it. Loads no TensorFlow.js. */
export async function whyNoHardware(): Promise<string | undefined> {
  const gl = openContext({});
  if (!gl) return 'WebGL 2 is not available';
  const lose = (context: WebGL2RenderingContext): void => context.getExtension('WEBGL_lose_context')?.loseContext();
  try {
    const renderer = rendererOf(gl);
    const sure = openContext({ failIfMajorPerformanceCaveat: true });
    if (sure) lose(sure);
    const software = !sure || isSoftwareName(renderer) || (MASKED.test(renderer) && (await isSlowContext(gl)));
    return software ? `WebGL would run on the CPU here (${renderer})` : undefined;
  } finally {
    lose(gl);
  }
}

function openContext(attributes: WebGLContextAttributes): WebGL2RenderingContext | null {
  if (typeof OffscreenCanvas !== 'undefined') {
    const found = new OffscreenCanvas(1, 1).getContext('webgl2', attributes) as WebGL2RenderingContext | null;
    if (found) return found;
  }
  return typeof document === 'undefined' ? null : document.createElement('canvas').getContext('webgl2', attributes);
}

const VERTEX = `#version 300 es
  void main() { gl_Position = vec4(float(gl_VertexID & 1) * 4.0 - 1.0, float(gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }`;
const FRAGMENT = `#version 300 es
  precision highp float;
  out vec4 color;
  void main() {
    color = gl_FragCoord;
    for (int i = 0; i < ${MULTIPLY_ADDS_PER_PIXEL / 4}; i++) color = color * 0.999 + 0.001;
  }`;

async function isSlowContext(gl: WebGL2RenderingContext): Promise<boolean> {
  const program = gl.createProgram()!;
  for (const [type, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(type)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.bindRenderbuffer(gl.RENDERBUFFER, gl.createRenderbuffer());
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, PROBE_SIDE, PROBE_SIDE);
  gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, gl.getParameter(gl.RENDERBUFFER_BINDING));
  const pixel = new Uint8Array(4);
  return isSlow(async (multiplyAdds) => {
    const rows = Math.max(1, Math.round(multiplyAdds / (MULTIPLY_ADDS_PER_PIXEL * PROBE_SIDE)));
    gl.viewport(0, 0, PROBE_SIDE, Math.min(rows, PROBE_SIDE));
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    // Waits until it is drawn.
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  });
}
