/** A NetworkPolicy, as far as the chart uses it. */
export interface NetworkPolicy {
  readonly podSelector: Selector;
  readonly policyTypes: readonly string[];
  readonly ingress?: readonly { readonly from?: readonly Peer[]; readonly ports?: readonly Port[] }[];
  readonly egress?: readonly { readonly to?: readonly Peer[]; readonly ports?: readonly Port[] }[];
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

interface Peer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Port {
  readonly port: string | number;
  readonly protocol?: string;
}

/** One end of a connection: a pod of the release's namespace or of another one, or an address outside the cluster. */
export interface End {
  readonly labels: Readonly<Record<string, string>>;
  readonly namespace: Readonly<Record<string, string>>;
  /** Whether it is in the namespace of the release. */
  readonly isInside: boolean;
}

const matches = ({ matchLabels = {} }: Selector, labels: Readonly<Record<string, string>>) =>
  Object.entries(matchLabels).every(([name, value]) => labels[name] === value);

function includes(peer: Peer, { labels, namespace, isInside }: End): boolean {
  if (peer.ipBlock !== undefined) return false;
  if (peer.namespaceSelector === undefined) return isInside && matches(peer.podSelector ?? {}, labels);
  return matches(peer.namespaceSelector, namespace) && matches(peer.podSelector ?? {}, labels);
}

/**
 * Whether policies of the release's namespace let a connection through, by the rules of Kubernetes: a pod that no policy selects
 * may do everything; one that some select, what any of them allows. `port` is a number or a name, as the policies write it.
 */
export function allows(policies: readonly NetworkPolicy[], from: End, to: End, port: string | number): boolean {
  const takes = (ports: readonly Port[] | undefined) => ports === undefined || ports.some((one) => one.port === port);
  const of = ({ labels, isInside }: End, type: string) =>
    isInside
      ? policies.filter(({ podSelector, policyTypes }) => matches(podSelector, labels) && policyTypes.includes(type))
      : [];
  const [leaving, arriving] = [of(from, 'Egress'), of(to, 'Ingress')];
  const leaves = leaving
    .flatMap(({ egress = [] }) => egress)
    .some((rule) => takes(rule.ports) && (rule.to === undefined || rule.to.some((peer) => includes(peer, to))));
  const arrives = arriving
    .flatMap(({ ingress = [] }) => ingress)
    .some((rule) => takes(rule.ports) && (rule.from === undefined || rule.from.some((peer) => includes(peer, from))));
  return (leaving.length === 0 || leaves) && (arriving.length === 0 || arrives);
}
