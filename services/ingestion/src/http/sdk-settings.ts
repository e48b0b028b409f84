import type { Source } from '../domain/source.ts';

/**
 * What Segment's browser SDK asks for at start: where to send events and which integrations run in the page (none: Hilo
 * delivers from the server).
 */
export function browserSettings(source: Source, apiHost: string, protocol: string): object {
  return {
    integrations: {
      'Segment.io': {
        apiKey: source.write_key,
        apiHost: apiHost,
        protocol,
        unbundledIntegrations: [],
        addBundledMetadata: false,
        versionSettings: { version: '4.4.7', componentTypes: ['browser'] },
      },
    },
    plan: {
      track: { __default: { enabled: source.enabled, integrations: {} } },
      identify: { __default: { enabled: source.enabled } },
      group: { __default: { enabled: source.enabled } },
    },
    edgeFunction: {},
    analyticsNextEnabled: true,
    middlewareSettings: {},
    enabledMiddleware: {},
    metrics: { sampleRate: 0 },
    legacyVideoPluginsEnabled: false,
    remotePlugins: [],
  };
}

/** What RudderStack's SDKs ask for at start. */
export function rudderSourceConfig(source: Source): object {
  return {
    source: {
      id: source.key,
      name: source.name,
      writeKey: source.write_key,
      enabled: source.enabled,
      workspaceId: 'default',
      config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
      destinations: [],
      connections: [],
      dataplanes: {},
    },
  };
}
