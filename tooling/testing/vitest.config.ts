import { defineConfig } from 'vitest/config';
import { testSettings } from './src/vitest-settings.ts';

export default defineConfig({ test: { ...testSettings, include: ['test/**/*.test.ts'] } });
