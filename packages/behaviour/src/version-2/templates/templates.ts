import { CURRENCY, length, number, ORDER, PRODUCT, REVENUE, VIEW } from './parameters.ts';
import { numberIn, type Template, template, whereEquals } from './template.ts';

/** The template whose thresholds segmentation computes from all customers: parameters `recency`, `frequency` and `monetary`. */
export const RFM = template({
  key: 'rfm',
  words: {
    en: { name: 'Best customers (RFM)', about: 'Bought recently, often, and for a lot.' },
    es: { name: 'Mejores clientes (RFM)', about: 'Han comprado hace poco, a menudo y por mucho importe.' },
  },
  parameters: {
    order: ORDER,
    revenue: REVENUE,
    currency: CURRENCY,
    period: length('Period', 'Periodo', '365d'),
    recency: length('Last purchase at most so long ago', 'Última compra hace como mucho', '30d'),
    frequency: number('At least so many purchases', 'Al menos tantas compras', '5'),
    monetary: number('For at least', 'Por al menos', '500'),
  },
  condition: ({ order, revenue, currency, period, recency, frequency, monetary }) => ({
    all: [
      { last: order, ...whereEquals('currency', currency), is: { newerThan: recency } },
      { did: order, ...whereEquals('currency', currency), count: { gte: numberIn(frequency) }, within: period },
      {
        sum: revenue,
        of: order,
        ...whereEquals('currency', currency),
        is: { gte: numberIn(monetary) },
        within: period,
      },
    ],
  }),
});

/** Segments to begin with, in the order in which they are offered. */
export const TEMPLATES: readonly Template[] = [
  RFM,
  template({
    key: 'new',
    words: {
      en: { name: 'New customers', about: 'Made their first purchase a short time ago.' },
      es: { name: 'Clientes nuevos', about: 'Hicieron su primera compra hace poco.' },
    },
    parameters: { order: ORDER, length: length('First purchase in the last', 'Primera compra en un plazo de', '30d') },
    condition: (values) => ({ first: values.order, is: { newerThan: values.length } }),
  }),
  template({
    key: 'active',
    words: {
      en: { name: 'Active people', about: 'Did anything at all a short time ago.' },
      es: { name: 'Personas activas', about: 'Han hecho algo, lo que sea, hace poco.' },
    },
    parameters: { length: length('Active in the last', 'Con actividad en un plazo de', '30d') },
    condition: (values) => ({ did: { any: true }, within: values.length }),
  }),
  template({
    key: 'at-risk',
    words: {
      en: { name: 'Customers at risk', about: 'Bought at least twice, but not for some time.' },
      es: { name: 'Clientes en riesgo', about: 'Compraron al menos dos veces, pero llevan un tiempo sin hacerlo.' },
    },
    parameters: {
      order: ORDER,
      quiet: length('No purchase for', 'Sin compras desde hace', '60d'),
      lapsed: length('But for less than', 'Pero menos de', '180d'),
    },
    condition: ({ order, quiet, lapsed }) => ({
      all: [
        { did: order, count: { gte: 2 } },
        { last: order, is: { olderThan: quiet } },
        { last: order, is: { newerThan: lapsed } },
      ],
    }),
  }),
  template({
    key: 'lapsed',
    words: {
      en: { name: 'Lapsed customers', about: 'Bought once, but not for a long time.' },
      es: { name: 'Clientes perdidos', about: 'Compraron alguna vez, pero hace mucho que no.' },
    },
    parameters: { order: ORDER, length: length('No purchase for', 'Sin compras desde hace', '180d') },
    condition: (values) => ({ last: values.order, is: { olderThan: values.length } }),
  }),
  template({
    key: 'cart-abandoners',
    words: {
      en: { name: 'Abandoned cart', about: 'Put something into the cart and did not buy for some time.' },
      es: { name: 'Carrito abandonado', about: 'Añadieron algo al carrito y no compraron en un tiempo.' },
    },
    parameters: {
      added: {
        kind: 'event',
        label: { en: 'Event of filling the cart', es: 'Evento de añadir al carrito' },
        usual: 'Product Added',
      },
      order: ORDER,
      wait: length('No purchase for', 'Sin compra durante', '1h'),
      within: length('All in the last', 'Todo en un plazo de', '7d'),
    },
    condition: ({ added, order, wait, within }) => ({
      sequence: [{ did: added }, { none: order, within: wait }],
      within,
    }),
  }),
  template({
    key: 'big-spenders',
    words: {
      en: { name: 'Big spenders', about: 'Spent more than an amount in a period.' },
      es: { name: 'Grandes compradores', about: 'Han gastado más de un importe en un periodo.' },
    },
    parameters: {
      order: ORDER,
      revenue: REVENUE,
      currency: CURRENCY,
      amount: number('At least', 'Al menos', '1000'),
      period: length('In the last', 'En un plazo de', '1y'),
    },
    condition: ({ order, revenue, currency, amount, period }) => ({
      ...{ sum: revenue, of: order, ...whereEquals('currency', currency) },
      ...{ is: { gte: numberIn(amount) }, within: period },
    }),
  }),
  template({
    key: 'birthday-soon',
    words: {
      en: { name: 'Birthday soon', about: 'Have their birthday in the next days.' },
      es: { name: 'Cumpleaños cercano', about: 'Cumplen años en los próximos días.' },
    },
    parameters: {
      birthday: {
        kind: 'trait',
        label: { en: 'Trait with the birthday', es: 'Atributo con la fecha' },
        usual: 'birthday',
      },
      length: length('In the next', 'En los próximos', '7d'),
    },
    condition: (values) => ({ trait: values.birthday, is: { anniversary: { withinNext: values.length } } }),
  }),
  template({
    key: 'refunders',
    words: {
      en: { name: 'Frequent returns', about: 'Returned purchases several times.' },
      es: { name: 'Devoluciones frecuentes', about: 'Han devuelto compras varias veces.' },
    },
    parameters: {
      refund: {
        kind: 'event',
        label: { en: 'Event of a return', es: 'Evento de devolución' },
        usual: 'Order Refunded',
      },
      count: number('At least so many times', 'Al menos tantas veces', '2'),
      period: length('In the last', 'En un plazo de', '1y'),
    },
    condition: ({ refund, count, period }) => ({ did: refund, count: { gte: numberIn(count) }, within: period }),
  }),
  template({
    key: 'bought-x-not-y',
    words: {
      en: { name: 'Bought one product, not another', about: 'For selling what goes with it.' },
      es: { name: 'Compraron un producto y otro no', about: 'Para venderles lo que lo acompaña.' },
    },
    parameters: {
      order: ORDER,
      path: { ...PRODUCT, usual: 'products.product_id' },
      bought: { kind: 'text', label: { en: 'Bought', es: 'Compraron' }, usual: 'X' },
      missing: { kind: 'text', label: { en: 'Did not buy', es: 'No compraron' }, usual: 'Y' },
    },
    condition: ({ order, path, bought, missing }) => ({
      all: [
        { did: order, where: [{ property: path, is: { eq: bought } }] },
        { not: { did: order, where: [{ property: path, is: { eq: missing } }] } },
      ],
    }),
  }),
  template({
    key: 'viewed-not-bought',
    words: {
      en: { name: 'Viewed twice, not bought', about: 'Looked at the same product twice, and bought nothing.' },
      es: { name: 'Visto dos veces, sin comprar', about: 'Miraron dos veces el mismo producto y no compraron nada.' },
    },
    parameters: { view: VIEW, product: PRODUCT, order: ORDER, period: length('In the last', 'En un plazo de', '7d') },
    condition: ({ view, product, order, period }) => ({
      all: [
        { sequence: [{ did: view }, { did: view }], within: period, same: [product] },
        { not: { did: order, within: period } },
      ],
    }),
  }),
  template({
    key: 'psychographic',
    words: {
      en: { name: 'Interests and attitudes', about: 'Have an interest, and gave an answer in a survey.' },
      es: { name: 'Intereses y actitudes', about: 'Tienen un interés y dieron cierta respuesta en una encuesta.' },
    },
    parameters: {
      interests: {
        kind: 'trait',
        label: { en: 'Trait with interests', es: 'Atributo con intereses' },
        usual: 'interests',
      },
      interest: { kind: 'text', label: { en: 'Interest', es: 'Interés' }, usual: 'sustainability' },
      answer: {
        kind: 'trait',
        label: { en: 'Trait with an answer', es: 'Atributo con una respuesta' },
        usual: 'survey.loyalty',
      },
      least: number('Answer of at least', 'Respuesta de al menos', '8'),
    },
    condition: ({ interests, interest, answer, least }) => ({
      all: [
        { trait: interests, is: { eq: interest, ignoreCase: true } },
        { trait: answer, is: { gte: numberIn(least) } },
      ],
    }),
  }),
  template({
    key: 'demographic',
    words: {
      en: { name: 'Country and age', about: 'Live in a country and are of an age.' },
      es: { name: 'País y edad', about: 'Viven en un país y tienen cierta edad.' },
    },
    parameters: {
      country: { kind: 'trait', label: { en: 'Trait with the country', es: 'Atributo con el país' }, usual: 'country' },
      value: { kind: 'text', label: { en: 'Country', es: 'País' }, usual: 'Germany' },
      birthday: {
        kind: 'trait',
        label: { en: 'Trait with the birthday', es: 'Atributo con la fecha de nacimiento' },
        usual: 'birthday',
      },
      from: length('At least so old', 'Al menos de', '25y'),
      to: length('Younger than', 'Menores de', '45y'),
    },
    condition: ({ country, value, birthday, from, to }) => ({
      all: [
        { trait: country, is: { eq: value } },
        { trait: birthday, is: { withinLast: to } },
        { not: { trait: birthday, is: { withinLast: from } } },
      ],
    }),
  }),
];

/** The template of a key; undefined if there is none. */
export function templateOf(key: string): Template | undefined {
  return TEMPLATES.find((one) => one.key === key);
}
