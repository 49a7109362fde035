export default {
  base: './',
  worker: { format: 'es' },
  build: { outDir: 'built/vite', target: 'es2022', rollupOptions: { input: ['index.html', 'webgpu.html', 'worker.html'] } },
};
