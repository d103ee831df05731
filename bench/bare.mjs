// The least that could be started instead: a PostgreSQL and a Nest application with one route. Plain JavaScript, so that
// no compiler is part of its start.
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { startPostgres } from '#service/embedded.postgres';

class HelloController {
  hello() {
    return 'hello';
  }
}
Controller('hello')(HelloController);
Get()(
  HelloController.prototype,
  'hello',
  Object.getOwnPropertyDescriptor(HelloController.prototype, 'hello'),
);

class BareModule {}
Module({ controllers: [HelloController] })(BareModule);

const postgres = await startPostgres({ dataDir: process.argv[2] });
const app = await NestFactory.create(BareModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
const stop = () => app.close().then(() => postgres.stop());
process.once('SIGINT', () => void stop().then(() => process.exit(0)));
console.log('bare is ready.');
