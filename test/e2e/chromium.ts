/** The browser under test: a system Chromium, so that nothing is downloaded. */
export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Runs in a container, talks to nobody. */
export const QUIET = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** WebGPU on the CPU (SwiftShader), for machines without a GPU; videos are copied by way of a canvas. */
export const WEBGPU = ['--enable-unsafe-webgpu', '--enable-unsafe-swiftshader'];

/**
 * The page painted by the same SwiftShader too: videos are then within WebGPU's reach, as on real
 * GPUs. The watchdog would take its slow frames for a hang.
 */
export const PAINTED_BY_GPU = [
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
  '--ignore-gpu-blocklist',
  '--enable-gpu-rasterization',
  '--disable-gpu-watchdog',
];

/** A camera that shows a test picture, and the permission to use it. */
export const FAKE_CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
