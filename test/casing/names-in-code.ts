import { parseSync } from 'oxc-parser';

/** A name in snake_case, such as `now_ms`. Constants (`MAX_MS`) and types are none. */
const SNAKE = /^[a-z][a-zA-Z0-9]*(?:_[a-zA-Z0-9]+)+$/;
const SNAKE_WORDS = /(?<![A-Za-z0-9_$-])[a-z][a-zA-Z0-9]*(?:_[a-zA-Z0-9]+)+(?![A-Za-z0-9_$])/g;

/** A word where it stands in a text: offset in characters. */
export interface Word {
  readonly name: string;
  readonly start: number;
}

/**
 * A name in a file. `property`: of an object or a type, also where a text names it (`row['now_ms']`, `Pick<Row, 'now_ms'>`).
 * `value`: a variable, parameter or function. `shorthand`: both at once, `{ now_ms }`.
 */
export interface NameInCode extends Word {
  readonly role: 'property' | 'value' | 'shorthand';
}

/** What a file says in snake_case. */
export interface CodeNames {
  readonly names: readonly NameInCode[];
  readonly inComments: readonly Word[];
  /** Texts that are a single name: codes, labels, columns. */
  readonly values: readonly string[];
  /** Texts with more in them: statements, JSON, prose. */
  readonly texts: readonly string[];
  /** Beginnings of properties that are put together: of ``row[`reason_${code}`]``, `reason_`. */
  readonly beginnings: readonly string[];
  /** Variables, parameters and functions in another casing. */
  readonly otherValues: ReadonlySet<string>;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [child: string]: unknown;
}

/** A node that contains another, and by which of its fields. */
interface Around {
  readonly node: Node;
  readonly field: string;
}

/** Types that take names of properties. */
const OF_PROPERTIES = new Set(['Pick', 'Omit', 'Extract', 'Exclude']);

/** Reads the names of a file in TypeScript or JavaScript. Throws if it can't be parsed. */
export function namesInCode(path: string, text: string): CodeNames {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const names = new Map<number, NameInCode>();
  const values: string[] = [];
  const texts: string[] = [];
  const beginnings: string[] = [];
  const otherValues = new Set<string>();

  const visit = (node: Node, around: readonly Around[]): void => {
    switch (node.type) {
      case 'Identifier':
      case 'JSXIdentifier': {
        const name = node['name'] as string;
        const role = roleOf(around);
        if (SNAKE.test(name)) names.set(node.start, { name, start: node.start, role });
        else if (role !== 'property') otherValues.add(name);
        break;
      }
      case 'PrivateIdentifier': {
        const name = node['name'] as string;
        if (SNAKE.test(name)) names.set(node.start, { name, start: node.start + 1, role: 'property' });
        break;
      }
      case 'Literal': {
        const value = node['value'];
        if (typeof value !== 'string') break;
        if (!SNAKE.test(value)) texts.push(value);
        else if (namesProperty(around)) names.set(node.start, { name: value, start: node.start + 1, role: 'property' });
        else values.push(value);
        break;
      }
      case 'TemplateElement': {
        const { raw } = node['value'] as { readonly raw: string };
        texts.push(raw);
        if (/^[a-z]+_$/.test(raw) && around.at(-2)?.field === 'property') beginnings.push(raw);
        break;
      }
      default:
    }
    for (const [field, child] of childrenOf(node)) visit(child, [...around, { node, field }]);
  };
  visit(program as unknown as Node, []);
  const inComments = comments.flatMap(({ value, start }) =>
    wordsIn(value).map((word) => ({ ...word, start: start + 2 + word.start })),
  );
  return { names: [...names.values()], inComments, values, texts, beginnings, otherValues };
}

/** The words of a text that are names in snake_case. */
export function wordsIn(text: string): readonly Word[] {
  return [...text.matchAll(SNAKE_WORDS)].map(({ 0: name, index }) => ({ name, start: index }));
}

function roleOf(around: readonly Around[]): NameInCode['role'] {
  const last = around.at(-1);
  // The default of a pattern (`{ now_ms = 0 }`) lies between the name and its property.
  const inPattern = last?.node.type === 'AssignmentPattern' && last.field === 'left' ? around.at(-2) : last;
  if (inPattern?.node.type === 'Property' && inPattern.node['shorthand'] === true) return 'shorthand';
  if (last === undefined) return 'value';
  const isName = last.field === 'key' || last.field === 'property' || last.node.type === 'JSXAttribute';
  return isName && last.node['computed'] !== true ? 'property' : 'value';
}

function namesProperty(around: readonly Around[]): boolean {
  const last = around.at(-1);
  if (last === undefined) return false;
  if (last.field === 'key' || (last.node.type === 'MemberExpression' && last.field === 'property')) return true;
  if (last.node.type === 'BinaryExpression') return last.node['operator'] === 'in' && last.field === 'left';
  if (last.node.type !== 'TSLiteralType') return false;
  const index = around.findLastIndex(({ node }) => node.type !== 'TSUnionType' && node.type !== 'TSLiteralType');
  const outside = around[index]?.node;
  if (outside?.type === 'TSIndexedAccessType') return true;
  if (outside?.type !== 'TSTypeParameterInstantiation') return false;
  const owner = around[index - 1]?.node;
  const called = ((owner?.['typeName'] ?? owner?.['expression']) as Node | undefined)?.['name'];
  return typeof called === 'string' && OF_PROPERTIES.has(called);
}

function childrenOf(node: Node): readonly (readonly [field: string, child: Node])[] {
  return Object.entries(node).flatMap(([field, child]): (readonly [string, Node])[] => {
    if (Array.isArray(child)) return child.filter(isNode).map((one) => [field, one] as const);
    return isNode(child) ? [[field, child]] : [];
  });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
