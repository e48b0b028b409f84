import { autocompletion, type CompletionSource } from '@codemirror/autocomplete';
import { history, historyKeymap, standardKeymap } from '@codemirror/commands';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { type CatalogueTable, completionsOf, wordBefore } from '../domain/completions.ts';
import { sqlColours } from './sql-colours.ts';

interface SqlEditorProps {
  readonly label: string;
  readonly value: string;
  readonly tables: readonly CatalogueTable[];
  /** Puts the cursor there; a new object does so again. Null: it stays. */
  readonly place: { readonly index: number } | null;
  readonly onChange: (value: string) => void;
  /** Ctrl or ⌘ with Enter. */
  readonly onRun: () => void;
}

const LOOK = EditorView.theme({
  '&': {
    fontSize: '0.9rem',
    color: 'var(--mantine-color-text)',
    backgroundColor: 'var(--mantine-color-body)',
    border: '1px solid var(--hilo-line)',
    borderRadius: '0.5rem',
  },
  '&.cm-focused': { outline: '2px solid var(--hilo-thread)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', minHeight: '9rem', maxHeight: '24rem' },
  '.cm-content': { caretColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    color: 'var(--mantine-color-dimmed)',
    backgroundColor: 'transparent',
    borderRight: '1px solid var(--hilo-line)',
  },
  '.cm-tooltip': {
    color: 'var(--mantine-color-text)',
    backgroundColor: 'var(--mantine-color-body)',
    border: '1px solid var(--hilo-line)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    color: '#ffffff',
    backgroundColor: '#8f1c16',
  },
  '.sql-keyword': { color: 'var(--hilo-thread)', fontWeight: '600' },
  '.sql-text': { color: 'var(--hilo-good)' },
  '.sql-number': { color: 'var(--hilo-waiting)' },
  '.sql-parameter': { color: 'var(--hilo-waiting)', fontWeight: '600' },
  '.sql-comment': { color: 'var(--mantine-color-dimmed)', fontStyle: 'italic' },
  '.sql-name': { fontStyle: 'italic' },
  '.cm-completionInfo': { maxWidth: '20rem' },
});

/** A SQL editor that knows the tables. The Tab key leaves it, as it leaves every other field. */
export default function SqlEditor({ label, value, tables, place, onChange, onRun }: SqlEditorProps) {
  const element = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const parts = useRef({ tables, onChange, onRun, value });
  useEffect(() => {
    parts.current = { tables, onChange, onRun, value };
  });
  const naming = useRef(new Compartment());
  useEffect(() => {
    if (element.current === null) return undefined;
    const made = new EditorView({
      parent: element.current,
      state: EditorState.create({
        doc: parts.current.value,
        extensions: [
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => runs(parts.current.onRun) }])),
          ...[lineNumbers(), history(), sqlColours, EditorView.lineWrapping],
          autocompletion({ override: [completions(() => parts.current.tables)], icons: false }),
          keymap.of([...standardKeymap, ...historyKeymap]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) parts.current.onChange(update.state.doc.toString());
          }),
          naming.current.of([]),
          LOOK,
        ],
      }),
    });
    view.current = made;
    return () => {
      made.destroy();
      view.current = null;
    };
  }, []);
  useEffect(() => {
    const attributes = {
      'aria-label': label,
      tabindex: '0',
      spellcheck: 'false',
      autocapitalize: 'off',
      autocorrect: 'off',
    };
    view.current?.dispatch({
      effects: naming.current.reconfigure(EditorView.contentAttributes.of(attributes)),
    });
  }, [label]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null || place === null) return;
    const anchor = Math.min(place.index, editor.state.doc.length);
    editor.dispatch({ selection: { anchor }, scrollIntoView: true });
    editor.focus();
  }, [place]);
  return <div ref={element} className="sql-editor" />;
}

/** Handled: the key does nothing else. */
function runs(act: () => void): true {
  act();
  return true;
}

function completions(tables: () => readonly CatalogueTable[]): CompletionSource {
  return (context) => {
    const whole = context.state.doc.toString();
    const before = whole.slice(0, context.pos);
    const word = wordBefore(before);
    if (word === '' && !context.explicit && !/\b(from|join)\s$/i.test(before)) return null;
    const from = context.pos - (word.split('.').at(-1) ?? '').length;
    const options = completionsOf(before, whole, tables());
    // Names with dots stand for the whole word, others for what follows its last dot.
    const isDotted = options.some(({ label }) => label.includes('.'));
    return { from: isDotted ? context.pos - word.length : from, options: [...options], validFor: /^\w*$/ };
  };
}
