import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// One bundle for both front doors: the Tauri window loads it from its own scheme, the server from any path, so every
// address in it is relative. WebKitGTK follows Safari, hence the target.
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['es2022', 'safari16', 'chrome108'],
    // A strict content security policy has no data: scripts, fonts or modules.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  // A ceiling against hanging: a busy machine takes its time.
  test: { include: ['src/**/*.test.{ts,tsx}', 'testing/**/*.test.ts'], environment: 'node', testTimeout: 60_000 },
});
