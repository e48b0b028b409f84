import { ask, type Panel, plot, rate } from './panels.ts';

/** Who signs in, and who is refused. */
export const CALLERS: readonly Panel[] = [
  plot(
    'Attempts to sign in',
    'cps',
    'By how they ended and why.',
    ask(rate('hilo_console_sign_ins_total', 'outcome, reason'), '{{outcome}} {{reason}}'),
  ),
  plot(
    'Refused requests',
    'cps',
    'Because of who asked: at the console, and at the services themselves.',
    ask(rate('hilo_console_refusals_total', 'reason'), '{{reason}}'),
    ask(rate('hilo_http_refusals_total', 'job, reason'), '{{job}} {{reason}}'),
  ),
];
