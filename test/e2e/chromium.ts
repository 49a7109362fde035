/** The browser under test: a system Chromium, so that nothing is downloaded. */
export const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Runs in a container, talks to nobody. */
export const QUIET = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** WebGPU on the CPU (SwiftShader), for machines without a GPU. */
export const WEBGPU = ['--enable-unsafe-webgpu', '--enable-unsafe-swiftshader'];

/** A camera that shows a test picture, and the permission to use it. */
export const FAKE_CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
