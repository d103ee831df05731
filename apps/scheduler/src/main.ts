import { run } from '#service/run';
import { SchedulerModule } from './scheduler.module.js';

await run([{ name: 'scheduler', module: SchedulerModule }], () => {});
