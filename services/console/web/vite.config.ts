import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds a console. */
const CONSOLE = 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2022',
    // The console's policy accepts scripts, styles and images as its own files, never inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The frame with all that it is made of: it comes once, packed to a third.
    chunkSizeWarningLimit: 700,
    // Stack traces name the page and the component, as the sources do.
    rolldownOptions: { output: { keepNames: true } },
  },
  server: { proxy: { '/api': CONSOLE } },
});
