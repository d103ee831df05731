import { run } from '#service/run';
import { ApprovalsModule } from './approvals.module.js';

await run([{ name: 'approvals', module: ApprovalsModule }], () => {});
