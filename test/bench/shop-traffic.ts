/** Deterministic numbers from 0 to 1: the same seed gives the same traffic. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

/** What shapes the traffic. */
export interface TrafficOptions {
  readonly seed: number;
  /** Prefix of all ids, so that two runs never share a person or a messageId. */
  readonly run: string;
  /** Visits in progress at once. */
  readonly visitsAtOnce: number;
  /** Known customers who come back; half of the visits are theirs. */
  readonly customers: number;
  /** Gives the events between the first page and the orders one of `EVENT_NAMES` each. Absent: a shop's own names. */
  readonly manyNames?: boolean | undefined;
}

/** A tracking call without messageId and timestamp: the generator adds both when it sends. */
export interface ShopCall {
  readonly type: 'track' | 'identify' | 'page';
  readonly [field: string]: unknown;
}

interface Visit {
  readonly anonymousId: string;
  readonly user: string;
  readonly basket: readonly Product[];
  userId: string | null;
  step: number;
}

interface Product {
  readonly product_id: string;
  readonly sku: string;
  readonly name: string;
  readonly category: string;
  readonly price: number;
  readonly quantity: number;
}

const ORDER = 'Order Completed';
const CATEGORIES = ['Lanterns', 'Cushions', 'Mugs', 'Garlands', 'Clocks', 'Baskets', 'Candles', 'Cards'];
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
];

/** What a visit does, one call a step: browse unknown, log in, order twice. */
const STEPS: readonly ((visit: Visit) => ShopCall)[] = [
  () => page('Home', '/'),
  (visit) => track('Product List Viewed', { category: first(visit).category, products: visit.basket }),
  (visit) => track('Product Viewed', { ...first(visit) }),
  (visit) => track('Product Added', { cart_id: visit.anonymousId, ...first(visit) }),
  (visit) => page('Cart', `/cart/${visit.anonymousId}`),
  logIn,
  (visit) => track('Checkout Started', order(visit, 'a')),
  (visit) => track(ORDER, order(visit, 'a')),
  (visit) => track('Product Viewed', { ...first(visit) }),
  (visit) => track(ORDER, order(visit, 'b')),
];

/** Calls that one visit makes. */
export const CALLS_A_VISIT = STEPS.length;

/** An endless mix of visits to a shop: many at once, each in its order. */
export function* shopTraffic(options: TrafficOptions): Generator<ShopCall> {
  const random = randomFrom(options.seed);
  let visitsBegun = 0;
  const begin = (): Visit => {
    const n = visitsBegun++;
    const known = n % 2 === 0;
    const user = known ? `c${Math.floor(random() * options.customers)}` : `n${n}`;
    return {
      anonymousId: `${options.run}-a${n}`,
      user: `${options.run}-${user}`,
      basket: Array.from({ length: 1 + Math.floor(random() * 4) }, () => product(random)),
      userId: null,
      step: 0,
    };
  };
  const visits = Array.from({ length: options.visitsAtOnce }, begin);
  // Visits begin at different steps; otherwise the first thousands of calls would all be pages.
  for (const visit of visits) visit.step = Math.floor(random() * STEPS.length);
  for (;;) {
    const place = Math.floor(random() * visits.length);
    const visit = visits[place] as Visit;
    const call = (STEPS[visit.step] as (visit: Visit) => ShopCall)(visit);
    const isRenamed = options.manyNames === true && call.type === 'track' && call['event'] !== ORDER;
    yield {
      ...call,
      ...(isRenamed ? { event: nameAt(random()) } : {}),
      anonymousId: visit.anonymousId,
      ...(visit.userId === null ? {} : { userId: visit.userId }),
      context: contextOf(visit),
    };
    visit.step++;
    if (visit.step === STEPS.length) visits[place] = begin();
  }
}

/** Fifty names of events, the most popular one first. */
export const EVENT_NAMES: readonly string[] = Array.from({ length: 50 }, (_, n) => `Event ${n + 1}`);

const HARMONIC = EVENT_NAMES.reduce((sum, _, n) => sum + 1 / (n + 1), 0);

/** The part of the events that has the name at this place, by Zipf's law. */
export function shareOfName(place: number): number {
  return 1 / (place + 1) / HARMONIC;
}

function nameAt(part: number): string {
  let left = part;
  const place = EVENT_NAMES.findIndex((_, n) => (left -= shareOfName(n)) < 0);
  return EVENT_NAMES.at(place) as string;
}

function logIn(visit: Visit): ShopCall {
  visit.userId = visit.user;
  return {
    type: 'identify',
    traits: { email: `${visit.user}@example.com`, firstName: 'Ada', country: 'Spain', newsletter: true },
  };
}

function page(name: string, path: string): ShopCall {
  return { type: 'page', name, properties: { path, title: `${name} · The shop`, url: `https://shop.example${path}` } };
}

function track(event: string, properties: object): ShopCall {
  return { type: 'track', event, properties };
}

function order(visit: Visit, which: string): object {
  const total = visit.basket.reduce((sum, item) => sum + Math.round(item.price * 100) * item.quantity, 0) / 100;
  return { order_id: `${visit.anonymousId}-${which}`, revenue: total, total, currency: 'EUR', products: visit.basket };
}

function first(visit: Visit): Product {
  return visit.basket[0] as Product;
}

function product(random: () => number): Product {
  const n = Math.floor(random() * 3000);
  return {
    product_id: `p${n}`,
    sku: `SKU-${n}`,
    name: `Hand-made thing number ${n}`,
    category: CATEGORIES[n % CATEGORIES.length] as string,
    price: 1 + (n % 9000) / 100,
    quantity: 1 + Math.floor(random() * 3),
  };
}

function contextOf({ anonymousId }: Visit): object {
  return {
    library: { name: 'analytics.js', version: '4.2.0' },
    userAgent: AGENTS[anonymousId.length % AGENTS.length],
    locale: 'es-ES',
    timezone: 'Europe/Madrid',
    page: { path: '/', referrer: 'https://search.example/', title: 'The shop', url: 'https://shop.example/' },
    campaign: { name: 'autumn', source: 'newsletter', medium: 'email' },
  };
}
