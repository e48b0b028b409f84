import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** The red of the thread, from a tint to nearly black; 8 carries white text, 3 stands on dark. */
const thread: MantineColorsTuple = [
  '#fdf0ee',
  '#f8dcd8',
  '#f3bbb4',
  '#ff9d8f',
  '#f07868',
  '#dc4a3d',
  '#cc3529',
  '#bd2b21',
  '#b3261e',
  '#8f1c16',
];

/** How the console looks. */
export const theme = createTheme({
  primaryColor: 'thread',
  primaryShade: 8,
  colors: { thread },
  autoContrast: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  headings: { fontWeight: '650' },
  defaultRadius: 'md',
  respectReducedMotion: true,
  // A link within text must not stand out by its colour alone.
  components: { Anchor: { defaultProps: { underline: 'always' } } },
});

/** Mantine's soft greys, placeholders, reds and greens are too pale for small text (WCAG AA asks for 4.5 to 1). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#5b5e64',
    '--mantine-color-placeholder': '#6b6f76',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': '#a3221b',
    '--mantine-color-green-light-color': '#1b6e3c',
    '--hilo-page': '#f6f5f3',
    '--hilo-line': '#dedbd5',
    '--hilo-good': '#1b6e3c',
    '--hilo-waiting': '#8a5a00',
    '--hilo-bad': '#b3261e',
    '--hilo-idle': '#5b5e64',
    '--hilo-thread': '#b3261e',
    '--hilo-focus': '#0b62a8',
  },
  dark: {
    '--mantine-color-body': '#1d1f23',
    '--mantine-color-dimmed': '#a8abb2',
    '--mantine-color-placeholder': '#9a9da4',
    '--mantine-color-error': '#ff9d8f',
    '--mantine-color-anchor': '#ff9d8f',
    '--hilo-page': '#16171a',
    '--hilo-line': '#383b41',
    '--hilo-good': '#6fd598',
    '--hilo-waiting': '#f0bd5c',
    '--hilo-bad': '#ff9d8f',
    '--hilo-idle': '#a8abb2',
    '--hilo-thread': '#ff8a7a',
    '--hilo-focus': '#6fb7f0',
  },
});
