import react from '@vitejs/plugin-react';

export default { base: './', publicDir: '../public', plugins: [react()], build: { outDir: '../built/react', emptyOutDir: true } };
