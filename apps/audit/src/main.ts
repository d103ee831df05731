import { run } from '#service/run';
import { AuditModule } from './audit.module.js';

await run([{ name: 'audit', module: AuditModule }], () => {});
