import type { AddressInfo } from 'node:net';
import {
  type ChangeLog,
  ChangesNothing,
  createLogger,
  createServiceApp,
  problem,
  Recorded,
  type ServiceApp,
} from '@hilo/service';
import { Body, Controller, Delete, Get, HttpCode, Module, Param, Post, Put } from '@nestjs/common';
import { ADMIN_TOKEN, SERVICE_KEYS } from './console-under-test.ts';

const notes = new Map<string, unknown>();

/** Resources that are put, read and deleted, and calls, as in the services behind the console. */
@Controller('v1/segments')
class NotesController {
  @Get(':key')
  get(@Param('key') key: string): unknown {
    if (!notes.has(key)) throw problem('not_found', 'There is no such note.');
    return notes.get(key);
  }

  @Put(':key')
  @Recorded()
  put(@Param('key') key: string, @Body() body: { readonly refused?: boolean; readonly broken?: boolean }): unknown {
    if (body.refused === true) throw problem('invalid_request', 'No.', { field: 'refused' });
    notes.set(key, body);
    if (body.broken === true) throw problem('unavailable', 'It failed on the way.');
    return body;
  }

  @Delete(':key')
  @HttpCode(204)
  @Recorded()
  remove(@Param('key') key: string): void {
    if (!notes.delete(key)) throw problem('not_found', 'There is no such note.');
  }

  @Post('replay')
  @Recorded()
  @HttpCode(200)
  replay(): unknown {
    return { items: [{ state: 'accepted' }], token: 'tk_never_shown' };
  }

  @Post('ask')
  @ChangesNothing()
  ask(): unknown {
    return { answer: notes.size };
  }
}

@Module({ controllers: [NotesController] })
class NotesModule {}

/** A service of notes with its own change log, listening at `url`. */
export async function notesService(changes: ChangeLog): Promise<{ readonly app: ServiceApp; readonly url: string }> {
  const app = await createServiceApp({
    name: 'segmentation',
    module: NotesModule,
    adminToken: ADMIN_TOKEN,
    callerKeys: SERVICE_KEYS.callerKeys,
    openapi: { openapi: '3.1.0', info: { title: 'Notes', version: '1' }, paths: {} },
    logger: createLogger({ name: 'notes', level: 'silent' }),
    ready: () => true,
    changes,
  });
  await app.nest.listen(0, '127.0.0.1');
  return { app, url: `http://127.0.0.1:${(app.instance.server.address() as AddressInfo).port}` };
}
