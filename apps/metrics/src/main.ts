import { run } from '#service/run';
import { MetricsModule } from './metrics.module.js';

await run([{ name: 'metrics', module: MetricsModule }], () => {});
