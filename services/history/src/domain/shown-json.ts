import { isHeldByJsonType, isLongInteger } from './decimal-text.ts';
import type { ExactJson, ExactNode } from './exact-json.ts';

/**
 * ClickHouse's JSON type has dots between the names of a path, and `%2E` for a dot in a name; a name that has `%2E`
 * itself could not be told from it.
 */
const ESCAPED_DOT = /%2e/gi;

/**
 * The JSON text with which ClickHouse's JSON type shows a document: numbers that the type would round, and what is nested
 * too deeply, are texts; of members with the same name there is the last. Empty where the type holds the document as it is.
 */
export function shownJson({ root, is_mended, is_plain }: ExactJson): string {
  if (root.kind !== 'object' || !(is_mended || (!is_plain && isChanged(root, false)))) return '';
  return written(root, false);
}

/** Whether any part is written otherwise than it was sent. */
function isChanged(node: ExactNode, in_mixed_list: boolean): boolean {
  switch (node.kind) {
    case 'object':
      for (const [name, member] of node.members) {
        if (name.includes('%') && name.search(ESCAPED_DOT) !== -1) return true;
        if (isChanged(member, false)) return true;
      }
      return false;
    case 'list': {
      const is_mixed = in_mixed_list || hasLongIntegers(node);
      return node.elements.some((element) => isChanged(element, is_mixed));
    }
    case 'number':
      return !isShownAsNumber(node.text, in_mixed_list);
    default:
      return node.kind === 'json';
  }
}

function written(node: ExactNode, in_mixed_list: boolean): string {
  switch (node.kind) {
    case 'object':
      return `{${[...node.members].map(([name, member]) => `${JSON.stringify(shownName(name))}:${written(member, false)}`).join(',')}}`;
    case 'list': {
      const is_mixed = in_mixed_list || hasLongIntegers(node);
      return `[${node.elements.map((element) => written(element, is_mixed)).join(',')}]`;
    }
    case 'number':
      return isShownAsNumber(node.text, in_mixed_list) ? node.text : JSON.stringify(node.text);
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

/** The JSON type gives all numbers of a list one type: a double, where any of them needs it. */
function isShownAsNumber(number: string, in_mixed_list: boolean): boolean {
  return isHeldByJsonType(number) && !(in_mixed_list && isLongInteger(number));
}

/** Whether a list, or a list in it, holds integers that a double would round. */
function hasLongIntegers(node: ExactNode): boolean {
  if (node.kind === 'number') return isLongInteger(node.text);
  return node.kind === 'list' && node.elements.some(hasLongIntegers);
}
