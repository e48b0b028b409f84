import type { Condition } from '@hilo/behaviour/version-2/language';
import { type Parameter, RFM, type Template, usualValues } from '@hilo/behaviour/version-2/templates';
import { Alert, Button, Group, Paper, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { SuggestInput } from '../../elements/suggest-input.tsx';
import { useLanguage, useMessages } from '../../language/language.tsx';
import { LengthInputs } from '../builder/length-field.tsx';
import { seenOf, useSeenEvents, useSeenPaths } from '../builder/seen-api.ts';
import { savable } from '../domain/condition-of.ts';
import { templateMessages } from './messages.ts';
import { RfmThresholds } from './rfm-thresholds.tsx';

interface TemplateFormProps {
  readonly template: Template;
  back(): void;
  use(condition: Condition): void;
}

/** The values of a template. */
export function TemplateForm({ template, back, use }: TemplateFormProps) {
  const t = useMessages(templateMessages);
  const { language } = useLanguage();
  const [values, setValues] = useState(() => usualValues(template));
  const [isWrong, setWrong] = useState(false);
  const { name, about } = template.words[language];
  const submit = (): void => {
    const read = savable(template.condition(values));
    setWrong(read.kind === 'problems');
    if (read.kind === 'condition') use(read.condition);
  };
  return (
    <Paper withBorder p="md" mb="md" component="section" aria-label={name}>
      <Text fw={600}>{name}</Text>
      <Text size="sm" mb="sm">
        {about}
      </Text>
      <div className="node-fields">
        {Object.entries(template.parameters).map(([parameter, kind]) => (
          <ParameterField
            key={parameter}
            parameter={kind}
            value={values[parameter] ?? ''}
            event={values['order'] ?? ''}
            onChange={(value) => setValues({ ...values, [parameter]: value })}
          />
        ))}
      </div>
      {template.key === RFM.key ? (
        <RfmThresholds values={values} fill={(found) => setValues({ ...values, ...found })} />
      ) : null}
      {isWrong ? (
        <Alert color="red" role="alert" mt="sm">
          {t.wrong}
        </Alert>
      ) : null}
      <Group mt="md" gap="xs">
        <Button onClick={submit}>{t.use}</Button>
        <Button variant="default" onClick={back}>
          {t.back}
        </Button>
      </Group>
    </Paper>
  );
}

interface ParameterFieldProps {
  readonly parameter: Parameter;
  readonly value: string;
  /** The event whose properties are suggested. */
  readonly event: string;
  onChange(value: string): void;
}

function ParameterField({ parameter: { kind, label }, value, event, onChange }: ParameterFieldProps) {
  const { language } = useLanguage();
  const events = useSeenEvents();
  const paths = useSeenPaths(kind === 'trait' ? { kind: 'traits' } : seenOf(event));
  const name = label[language];
  if (kind === 'length') return <LengthInputs label={name} value={value} onChange={onChange} />;
  if (kind === 'number' || kind === 'text') {
    return (
      <TextInput
        className="wide"
        label={name}
        inputMode={kind === 'number' ? 'decimal' : 'text'}
        value={value}
        maxLength={1000}
        onChange={(change) => onChange(change.currentTarget.value)}
      />
    );
  }
  return (
    <SuggestInput
      className="wide"
      label={name}
      value={value}
      maxLength={500}
      spellCheck={false}
      suggestions={kind === 'event' ? events : paths.map(({ path }) => path)}
      onChange={(change) => onChange(change.currentTarget.value)}
    />
  );
}
