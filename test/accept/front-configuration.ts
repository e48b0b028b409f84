import { readFileSync } from 'node:fs';
import { infraFile } from '@hilo/infra';

/** Where a service of the load balancer is on this machine, and the frontend that leads to it. */
export interface FrontPlace {
  readonly frontend: number;
  readonly service: number;
}

/** The configuration of docker compose's load balancer, with the ports of this machine. Throws if a service is not in it. */
export function frontConfiguration(places: ReadonlyMap<string, FrontPlace>): string {
  let text = readFileSync(infraFile('docker/haproxy.cfg'), 'utf8');
  for (const [name, { frontend, service }] of places) {
    const bind = new RegExp(`^(frontend ${name} .*\\n +bind) :\\d+ `, 'm');
    const server = new RegExp(`server-template i 6 ${name}:\\d+ `, 'gm');
    if (!bind.test(text) || !server.test(text)) throw new Error(`haproxy.cfg does not lead to ${name}`);
    text = text
      .replace(bind, `$1 127.0.0.1:${frontend} `)
      .replaceAll(server, `server-template i 1 127.0.0.1:${service} `);
  }
  return text;
}
