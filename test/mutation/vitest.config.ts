import { mergeConfig } from 'vitest/config';
import base from '../../vitest.config.js';

const config = mergeConfig(base, { test: { setupFiles: ['test/mutation/setup.ts'] } });

/** What a mutant is tested with: pure specs, so no database stands ready, and no line of output for each mutant. */
export default { ...config, test: { ...config.test, globalSetup: [], reporters: [{}] } };
