import 'reflect-metadata';
import { Body, Controller, Module, Param, Put, StandardSchemaValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Plan } from '#events';
import { answering } from './child.js';

/** Checks the body of a deployment with zod and sends it back: the least that a Nest application can do. */
@Controller('v1/deployments')
class EchoController {
  @Put(':id')
  echo(@Param('id') id: string, @Body({ schema: Plan }) plan: Plan) {
    return { id, plan };
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

await answering(async () => {
  const app = await NestFactory.create<NestFastifyApplication>(EchoModule, new FastifyAdapter(), {
    logger: false,
  });
  app.useGlobalPipes(new StandardSchemaValidationPipe());
  await app.listen(0, '127.0.0.1');
  return { ready: { url: await app.getUrl(), token: '' }, work: () => app.close() };
});
