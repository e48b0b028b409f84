/** A service that logs a few lines and runs until it is ended: for tests of where a process sends its log. */
import { Module } from '@nestjs/common';
import { readEnvironment } from '../environment.ts';
import { openService } from '../open-service.ts';
import { runService } from '../run-service.ts';
import { commonSettings } from '../service-settings.ts';

class EmptyModule {}
Module({})(EmptyModule);

const { config: _config, ...service } = openService('small', () => readEnvironment(commonSettings('small', 0)));
await runService({
  ...service,
  module: EmptyModule,
  openapi: { openapi: '3.1.0', info: { title: 'Small', version: '1' }, paths: {} },
  stages: {},
});
service.logger.warn({ topic: 'events.received', partition: 3 }, 'up');
