import { testSettings } from '@atelier/testing/vitest-settings';
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { ...testSettings, include: ['src/**/*.test.ts'] } });
