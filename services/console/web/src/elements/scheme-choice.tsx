import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { useMessages } from '../language/language.tsx';
import { SchemeIcon } from './icons.tsx';
import { elementMessages } from './messages.ts';

const SCHEMES = ['auto', 'light', 'dark'] as const;

/** Chooses light or dark, or leaves it to the system; remembered in this browser. */
export function SchemeChoice() {
  const t = useMessages(elementMessages);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={`${t.scheme}: ${t[colorScheme]}`}>
          <SchemeIcon scheme={colorScheme} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme}
            leftSection={<SchemeIcon scheme={scheme} />}
            onClick={() => setColorScheme(scheme)}
            aria-current={scheme === colorScheme}
          >
            {t[scheme]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
