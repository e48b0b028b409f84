import { readNumber } from '@hilo/exact-json';

/** What a parameter is, so that a form can ask for it. */
export type ParameterKind = 'event' | 'property' | 'trait' | 'text' | 'number' | 'length';

/** Words in a language of the console. */
export interface Words {
  readonly name: string;
  /** One sentence that says who is in the segment. */
  readonly about: string;
}

/** Something in a template that differs from one company to another. */
export interface Parameter {
  readonly kind: ParameterKind;
  /** Of the parameter, in each language. */
  readonly label: { readonly en: string; readonly es: string };
  /** What stands there at first: the names of Segment's specification for e-commerce. */
  readonly usual: string;
  /** True: it may be empty, and then nothing is asked about it. */
  readonly isOptional?: boolean;
}

/** A segment to begin with. */
export interface Template<Name extends string = string> {
  readonly key: string;
  readonly words: { readonly en: Words; readonly es: Words };
  readonly parameters: Readonly<Record<Name, Parameter>>;
  /** Makes the condition as JSON, which `readCondition` checks: values are what somebody typed. */
  condition(values: Readonly<Record<Name, string>>): object;
}

/** Declares a template; the names of its parameters are those that its condition may use. */
export function template<const Name extends string>(one: Template<Name>): Template {
  return one;
}

/** The values that the template has at first. */
export function usualValues({ parameters }: Template): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parameters).map(([name, { usual }]) => [name, usual]));
}

/** A number that somebody typed; a text that is none stays, and the reader says so. */
export function numberIn(text: string): unknown {
  return readNumber(text.trim()) ?? text;
}

/** The member `where` for a test of a property that is left out if nothing was typed. */
export function whereEquals(property: string, value: string): object {
  return value === '' ? {} : { where: [{ property, is: { eq: value } }] };
}
