import type { Parameter } from './template.ts';

/** The event of a purchase. */
export const ORDER = {
  kind: 'event',
  label: { en: 'Event of a purchase', es: 'Evento de compra' },
  usual: 'Order Completed',
} as const satisfies Parameter;

/** The property that has the amount of a purchase. */
export const REVENUE = {
  kind: 'property',
  label: { en: 'Property with the amount', es: 'Propiedad con el importe' },
  usual: 'revenue',
} as const satisfies Parameter;

/** Amounts of this currency alone. */
export const CURRENCY = {
  kind: 'text',
  label: { en: 'Currency (empty: any)', es: 'Moneda (vacío: cualquiera)' },
  usual: '',
  isOptional: true,
} as const satisfies Parameter;

/** The event of looking at a product. */
export const VIEW = {
  kind: 'event',
  label: { en: 'Event of viewing a product', es: 'Evento de ver un producto' },
  usual: 'Product Viewed',
} as const satisfies Parameter;

/** The property that names a product. */
export const PRODUCT = {
  kind: 'property',
  label: { en: 'Property that names the product', es: 'Propiedad que identifica el producto' },
  usual: 'product_id',
} as const satisfies Parameter;

/** A length of time. */
export function length(en: string, es: string, usual: string): Parameter {
  return { kind: 'length', label: { en, es }, usual };
}

/** A number. */
export function number(en: string, es: string, usual: string): Parameter {
  return { kind: 'number', label: { en, es }, usual };
}
