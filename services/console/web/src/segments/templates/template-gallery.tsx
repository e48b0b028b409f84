import type { Condition } from '@hilo/behaviour/version-2/language';
import { type Template, TEMPLATES } from '@hilo/behaviour/version-2/templates';
import { Button, Group, SimpleGrid, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { Section } from '../../elements/section.tsx';
import { useLanguage, useMessages } from '../../language/language.tsx';
import { templateMessages } from './messages.ts';
import { TemplateForm } from './template-form.tsx';

interface TemplateGalleryProps {
  /** Takes the condition of a template, and the name for the segment. */
  use(condition: Condition, name: string): void;
}

/** Segments to begin with: a list of templates, and the form of the one that somebody chose. */
export function TemplateGallery({ use }: TemplateGalleryProps) {
  const t = useMessages(templateMessages);
  const { language } = useLanguage();
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<Template | null>(null);
  if (!isOpen) {
    return (
      <Button variant="default" mb="md" onClick={() => setOpen(true)}>
        {t.begin}
      </Button>
    );
  }
  const close = (): void => {
    setOpen(false);
    setChosen(null);
  };
  if (chosen !== null) {
    return (
      <TemplateForm
        key={chosen.key}
        template={chosen}
        back={() => setChosen(null)}
        use={(condition) => {
          use(condition, chosen.words[language].name);
          close();
        }}
      />
    );
  }
  return (
    <Section title={t.title}>
      <Group justify="space-between" mb="sm">
        <Text size="sm">{t.note}</Text>
        <Button size="xs" variant="default" onClick={close}>
          {t.close}
        </Button>
      </Group>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm" component="ul" className="templates">
        {TEMPLATES.map((template) => (
          <li key={template.key}>
            <UnstyledButton className="template" onClick={() => setChosen(template)}>
              <Text fw={600}>{template.words[language].name}</Text>
              <Text size="sm">{template.words[language].about}</Text>
            </UnstyledButton>
          </li>
        ))}
      </SimpleGrid>
    </Section>
  );
}
