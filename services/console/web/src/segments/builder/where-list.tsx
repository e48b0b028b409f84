import { Button, Group } from '@mantine/core';
import { useFormats, useMessages } from '../../language/language.tsx';
import { type Form, formsAt, textAt, withField } from '../domain/draft.ts';
import { withSeenKind } from '../domain/value-test.ts';
import type { FieldProps } from './builder-context.tsx';
import { builderMessages } from './messages.ts';
import { PathField } from './path-field.tsx';
import { type SeenOf, useSeenPaths, useSeenValues } from './seen-api.ts';
import { TestOfPath } from './value-test-field.tsx';

const BLANK_TEST: Form = { property: '', is: { eq: '' } };

interface WhereListProps extends FieldProps<Form> {
  /** Whose properties are suggested. */
  readonly seen: SeenOf;
  /** The list in which one element passes all the tests; absent: the event itself. */
  readonly element?: string;
}

/** The member `where` of a form: tests of an event that all hold. */
export function WhereList({ field, value, seen, element, onChange }: WhereListProps) {
  const t = useMessages(builderMessages);
  const tests = formsAt(value, 'where');
  const set = (next: readonly Form[]) =>
    onChange(withField(value, 'where', next.length === 0 && element === undefined ? undefined : next));
  return (
    <>
      {tests.map((test, index) => (
        <EventTest
          // Tests have no names: their places tell them apart.
          key={index}
          index={index}
          field={`${field}.where[${index}]`}
          value={test}
          seen={seen}
          element={element}
          onChange={(next) => set(tests.with(index, next))}
          remove={() => set(tests.toSpliced(index, 1))}
        />
      ))}
      <Group gap="xs" mt="sm">
        <Button size="xs" variant="default" onClick={() => set([...tests, BLANK_TEST])}>
          {element === undefined ? t.addWhere : t.addElementTest}
        </Button>
        {element === undefined ? (
          <Button size="xs" variant="default" onClick={() => set([...tests, { element: '', where: [BLANK_TEST] }])}>
            {t.addElement}
          </Button>
        ) : null}
      </Group>
    </>
  );
}

interface EventTestProps extends Omit<WhereListProps, 'element'> {
  readonly index: number;
  readonly element: string | undefined;
  remove(): void;
}

function EventTest({ index, field, value, seen, element, onChange, remove }: EventTestProps) {
  const t = useMessages(builderMessages);
  const formats = useFormats();
  const isElement = 'element' in value;
  const name = (isElement ? t.elementOf : t.whereOf)(formats.count(index + 1));
  return (
    <div className="node-where" role="group" aria-label={name}>
      <div className="node-fields">
        {isElement ? (
          <PathField
            label={t.element}
            field={`${field}.element`}
            value={textAt(value, 'element') ?? ''}
            seen={seen}
            onChange={(path) => onChange(withField(value, 'element', path))}
          />
        ) : (
          <PropertyTest field={field} value={value} seen={seen} element={element} onChange={onChange} />
        )}
        <Button size="compact-sm" variant="default" mt={29} aria-label={t.remove(name)} onClick={remove}>
          {t.removeShort}
        </Button>
      </div>
      {isElement ? (
        <WhereList
          field={field}
          value={value}
          seen={seen}
          element={textAt(value, 'element') ?? ''}
          onChange={onChange}
        />
      ) : null}
    </div>
  );
}

function PropertyTest({
  field,
  value,
  seen,
  element,
  onChange,
}: FieldProps<Form> & { readonly seen: SeenOf; readonly element: string | undefined }) {
  const t = useMessages(builderMessages);
  const path = textAt(value, 'property') ?? '';
  const whole = element === undefined ? path : `${element}.${path}`;
  const paths = useSeenPaths(seen);
  const values = useSeenValues(seen, whole);
  const setPath = (property: string): void => {
    const at = element === undefined ? property : `${element}.${property}`;
    const kind = paths.find((one) => one.path === at)?.kinds[0];
    onChange({ ...value, property, is: withSeenKind((value['is'] ?? {}) as Form, kind) });
  };
  return (
    <>
      <PathField
        label={t.property}
        field={`${field}.property`}
        value={path}
        seen={seen}
        within={element}
        autoFocus={path === ''}
        onChange={setPath}
      />
      <TestOfPath field={field} value={value} place="property" seen={values} onChange={onChange} />
    </>
  );
}
