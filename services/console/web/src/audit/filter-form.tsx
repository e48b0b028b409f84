import { Button, Group, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Choice } from '../elements/choice.tsx';
import type { Filter } from '../elements/use-filter.ts';
import { useMessages } from '../language/language.tsx';
import { ADDRESS_FIELDS, AREAS, type Field, TYPED_FIELDS, VERBS } from './audit-filter.ts';
import { auditMessages } from './messages.ts';

const NOTHING = Object.fromEntries([...ADDRESS_FIELDS, ...TYPED_FIELDS].map((field) => [field, '']));

/** Chooses entries by any of their parts. */
export function FilterForm({ filter }: { readonly filter: Filter<Field> }) {
  const t = useMessages(auditMessages);
  const { valueOf } = filter;
  const choose = (field: Field, value: string): void => {
    if (value !== valueOf(field)) filter.choose({ [field]: value });
  };
  // A new value from outside, such as that of "Back", begins the field anew.
  const keyOf = (field: Field): string => `${field} ${valueOf(field)}`;
  const field = (name: Field) => ({ value: valueOf(name), choose: (value: string) => choose(name, value) });
  const areas = Object.keys(AREAS) as (keyof typeof AREAS)[];
  return (
    <search>
      <Group mb="md" align="flex-start">
        <TextField key={keyOf('q')} {...field('q')} label={t.search} help={t.searchHelp} />
        <TextField key={keyOf('who')} {...field('who')} label={t.person} help={t.personHelp} />
        <Choice
          label={t.kind}
          value={valueOf('what')}
          onChange={(what) => choose('what', what)}
          options={[{ value: '', label: t.all }, ...VERBS.map((verb) => ({ value: verb, label: t[`kind_${verb}`] }))]}
        />
        <Choice
          label={t.area}
          value={valueOf('area')}
          onChange={(area) => choose('area', area)}
          options={[{ value: '', label: t.all }, ...areas.map((area) => ({ value: area, label: t[`area_${area}`] }))]}
        />
        <TextField key={keyOf('address')} {...field('address')} label={t.address} help={t.addressHelp} />
        <TextInput
          type="date"
          label={t.fromDay}
          value={valueOf('from')}
          onChange={(event) => choose('from', event.currentTarget.value)}
        />
        <TextInput
          type="date"
          label={t.toDay}
          value={valueOf('to')}
          onChange={(event) => choose('to', event.currentTarget.value)}
        />
        {filter.isGiven ? (
          <Button variant="default" mt={25} onClick={() => filter.choose(NOTHING)}>
            {t.clear}
          </Button>
        ) : null}
      </Group>
    </search>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  choose(value: string): void;
}

/** A text that counts once it is typed. */
function TextField({ label, help, value, choose }: TextFieldProps) {
  const [typed, setTyped] = useState(value);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    choose(typed.trim());
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        label={label}
        placeholder={help}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => choose(typed.trim())}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
      />
    </form>
  );
}
