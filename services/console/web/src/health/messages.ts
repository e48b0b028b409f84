import { messages } from '../language/messages.ts';

/** Texts of the verdict on how everything runs. */
export const healthMessages = messages(
  {
    verdict: 'Verdict',
    well: 'Everything is running.',
    needs: { one: '# thing needs you:', other: '# things need you:' },
    down: { one: '# process is down', other: '# processes are down' },
    behind: (stages: string) => `${stages} cannot keep up`,
    dead_letters: { one: '# dead letter', other: '# dead letters' },
    failed_deliveries: { one: '# delivery failed today', other: '# deliveries failed today' },
    failing_destinations: (names: string) => `failing destinations: ${names}`,
    held: { one: '# partition is held', other: '# partitions are held' },
  },
  {
    verdict: 'Diagnóstico',
    well: 'Todo está en marcha.',
    needs: { one: '# asunto requiere su atención:', other: '# asuntos requieren su atención:' },
    down: { one: '# proceso caído', other: '# procesos caídos' },
    behind: (stages) => `${stages} no da abasto`,
    dead_letters: { one: '# registro apartado', other: '# registros apartados' },
    failed_deliveries: { one: '# entrega fallida hoy', other: '# entregas fallidas hoy' },
    failing_destinations: (names) => `destinos que fallan: ${names}`,
    held: { one: '# partición retenida', other: '# particiones retenidas' },
  },
);
