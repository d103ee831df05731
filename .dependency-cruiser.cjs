/** What may know what. Services never know each other; the domain knows neither Nest, nor a database, nor a clock. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'services-stay-apart',
      comment: 'What crosses between services is an event. Only the command runs them all.',
      severity: 'error',
      from: { path: '^apps/(scheduler|approvals|audit|metrics)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libraries-know-no-service',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'kernel-without-nest',
      comment: 'The log, the contracts, time and JSON are plain TypeScript.',
      severity: 'error',
      from: { path: '^libs/(events|json|time)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '(^libs/service/|node_modules/(@nestjs|typeorm|fastify)/)' },
    },
    {
      name: 'kafkajs-in-one-file',
      severity: 'error',
      from: { pathNot: '^libs/events/src/kafka\\.ts$' },
      to: { path: 'node_modules/kafkajs/' },
    },
    {
      name: 'domain-does-no-io',
      comment: 'A file without a suffix in a service is pure, but for its read models, loops and commands.',
      severity: 'error',
      from: {
        path: '^apps/(scheduler|approvals|metrics)/src/.*\\.ts$',
        pathNot:
          '(\\.(controller|module|spec)\\.ts$|/(main|migrations|deploymentCommands|ingestTopic)\\.ts$)',
      },
      to: { path: '(^libs/service/|node_modules/(@nestjs|typeorm|pg|fastify|pino)/)' },
    },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '\\.spec\\.ts$|test[A-Z]\\w*\\.ts$' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
    },
  },
};
