import { isHeldByJsonType, isLongInteger } from './decimal-text.ts';
import type { ExactJson, ExactNode } from './exact-json.ts';

/**
 * ClickHouse's JSON type joins the names of a path with dots, and writes `%2E` for a dot in a name; a name that
 * contains `%2E` itself would be ambiguous.
 */
const ESCAPED_DOT = /%2e/gi;

/**
 * The JSON text with which ClickHouse's JSON type can show a document: numbers that the type would round, and nesting
 * that is too deep, become texts; of members with the same name, the last stays. Empty if the type holds the document
 * as it is.
 */
export function shownJson({ root, isMended, isPlain }: ExactJson): string {
  if (root.kind !== 'object' || !(isMended || (!isPlain && isChanged(root, false)))) return '';
  return written(root, false);
}

/** Whether any part differs from what was sent. */
function isChanged(node: ExactNode, inMixedList: boolean): boolean {
  switch (node.kind) {
    case 'object':
      for (const [name, member] of node.members) {
        if (name.includes('%') && name.search(ESCAPED_DOT) !== -1) return true;
        if (isChanged(member, false)) return true;
      }
      return false;
    case 'list': {
      const isMixed = inMixedList || hasLongIntegers(node);
      return node.elements.some((element) => isChanged(element, isMixed));
    }
    case 'number':
      return !isShownAsNumber(node.text, inMixedList);
    default:
      return node.kind === 'json';
  }
}

function written(node: ExactNode, inMixedList: boolean): string {
  switch (node.kind) {
    case 'object':
      return `{${[...node.members].map(([name, member]) => `${JSON.stringify(shownName(name))}:${written(member, false)}`).join(',')}}`;
    case 'list': {
      const isMixed = inMixedList || hasLongIntegers(node);
      return `[${node.elements.map((element) => written(element, isMixed)).join(',')}]`;
    }
    case 'number':
      return isShownAsNumber(node.text, inMixedList) ? node.text : JSON.stringify(node.text);
    case 'boolean':
    case 'null':
      return node.text;
    default:
      return JSON.stringify(node.text);
  }
}

function shownName(name: string): string {
  return name.replaceAll(ESCAPED_DOT, (escaped) => `%25${escaped.slice(1)}`);
}

/** The JSON type gives all numbers of a list one type: a double if any of them needs it. */
function isShownAsNumber(number: string, inMixedList: boolean): boolean {
  return isHeldByJsonType(number) && !(inMixedList && isLongInteger(number));
}

/** Whether a list, or a list in it, holds integers that a double would round. */
function hasLongIntegers(node: ExactNode): boolean {
  if (node.kind === 'number') return isLongInteger(node.text);
  return node.kind === 'list' && node.elements.some(hasLongIntegers);
}
