import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import mantine from "postcss-preset-mantine";
import { defineConfig } from "vite";
import * as z from "zod";

const environment = z.object({
  /** Where the development server finds the API: what `npm start` prints. */
  ERRAND_API_URL: z.url().default("http://127.0.0.1:4700"),
});

export default defineConfig(() => ({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [react()],
  css: { postcss: { plugins: [mantine()] } },
  build: { outDir: "dist", emptyOutDir: true, target: "es2023", sourcemap: false, assetsInlineLimit: 0 },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": { target: environment.parse(process.env).ERRAND_API_URL, changeOrigin: true } },
  },
}));
