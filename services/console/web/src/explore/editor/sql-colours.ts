import {
  Decoration,
  type DecorationSet,
  type EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';

/** Parts of ClickHouse's SQL that get a colour, each by the group that it is found in. */
const PARTS =
  /(?<comment>--.*|\/\*[\s\S]*?\*\/)|(?<text>'(?:[^'\\]|\\.)*')|(?<name>"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`)|(?<parameter>\{\w+:[^}]*\})|\b(?<number>\d+(?:\.\d+)?)\b|\b(?<keyword>select|from|where|prewhere|and|or|not|in|like|ilike|between|is|null|as|distinct|join|left|right|inner|outer|full|cross|any|asof|on|using|group|by|having|order|asc|desc|limit|offset|with|union|all|except|intersect|case|when|then|else|end|over|partition|interval|second|minute|hour|day|week|month|quarter|year|array|final|exists|explain|show|describe|settings|true|false)\b/gi;

const marks = new MatchDecorator({
  regexp: PARTS,
  decoration: ({ groups }) => {
    const [part = 'plain'] = Object.entries(groups ?? {}).find(([, found]) => found !== undefined) ?? [];
    return Decoration.mark({ class: `sql-${part}` });
  },
});

/** Colours the visible part of the statement. */
export const sqlColours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = marks.createDeco(view);
    }

    update(update: ViewUpdate): void {
      this.decorations = marks.updateDeco(update, this.decorations);
    }
  },
  { decorations: ({ decorations }) => decorations },
);
