import type { RouteName } from './open-api.ts';

/**
 * Which service calls which, and by which routes: the whole table. A service accepts the token of another one only for what
 * stands here.
 */
export const SERVICE_CALLS = {
  console: {
    ingestion: 'every route',
    identity: 'every route',
    profile: 'every route',
    segmentation: 'every route',
    activation: 'every route',
    history: 'every route',
  },
  activation: { segmentation: ['GET /v1/segments/{key}'] },
  profile: { history: ['GET /v1/profiles/{profile_id}/events'] },
} as const satisfies Readonly<Record<string, Readonly<Record<string, 'every route' | readonly RouteName[]>>>>;

/** A service that calls others. */
export type CallingService = keyof typeof SERVICE_CALLS;

/** The services that call others. */
export const CALLING_SERVICES = Object.keys(SERVICE_CALLS) as CallingService[];

/** The variables with the public keys of those services. */
export const PUBLIC_KEY_VARIABLES = {
  console: 'HILO_CONSOLE_PUBLIC_KEY',
  activation: 'HILO_ACTIVATION_PUBLIC_KEY',
  profile: 'HILO_PROFILE_PUBLIC_KEY',
} as const satisfies Readonly<Record<CallingService, string>>;

/** The services that call a service. */
export function callersOf(service: string): readonly CallingService[] {
  return CALLING_SERVICES.filter((caller) => routesOf(caller, service) !== undefined);
}

/** Whether a service calls this route of another one. */
export function isServiceCall(caller: CallingService, service: string, route: RouteName): boolean {
  const routes = routesOf(caller, service);
  return routes === 'every route' || (routes?.includes(route) ?? false);
}

function routesOf(caller: CallingService, service: string): 'every route' | readonly RouteName[] | undefined {
  const called: Readonly<Partial<Record<string, 'every route' | readonly RouteName[]>>> = SERVICE_CALLS[caller];
  return Object.hasOwn(called, service) ? called[service] : undefined;
}
