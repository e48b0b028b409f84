import { Button, Menu } from '@mantine/core';
import { useLanguage, useMessages } from '../language/language.tsx';
import { LANGUAGES } from '../language/messages.ts';
import { elementMessages } from './messages.ts';

/** Each language by its own name, in any language. */
const NAMES = { en: 'English', es: 'Español' } as const;

/** Chooses the language. */
export function LanguageChoice() {
  const t = useMessages(elementMessages);
  const { language, speak } = useLanguage();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          px="xs"
          aria-label={`${language.toUpperCase()} · ${t.language}: ${NAMES[language]}`}
        >
          {language.toUpperCase()}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map((one) => (
          <Menu.Item key={one} lang={one} onClick={() => speak(one)} aria-current={one === language}>
            {NAMES[one]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
