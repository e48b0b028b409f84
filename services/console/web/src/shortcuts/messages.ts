import { messages } from '../language/messages.ts';

/** Texts of the page of keyboard shortcuts. */
export const shortcutMessages = messages(
  {
    title: 'Keyboard shortcuts',
    note: 'They work on every page, unless you are typing.',
    caption: 'Keyboard shortcuts',
    keys: 'Keys',
    does: 'What they do',
    goTo: 'Go to a page, a person or an event',
    search: 'Search on this page',
    run: 'Run the statement in Explore',
  },
  {
    title: 'Atajos de teclado',
    note: 'Funcionan en todas las páginas, salvo mientras escribe.',
    caption: 'Atajos de teclado',
    keys: 'Teclas',
    does: 'Qué hacen',
    goTo: 'Ir a una página, una persona o un evento',
    search: 'Buscar en esta página',
    run: 'Ejecutar la consulta en Explorar',
  },
);
