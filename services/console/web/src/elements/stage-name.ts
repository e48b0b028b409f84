import { useMessages } from '../language/language.tsx';
import { elementMessages } from './messages.ts';

const NAMED = ['ingestion', 'identity', 'profile', 'segmentation', 'activation', 'history', 'console'] as const;

/** A stage's (or service's) name in the language; an unknown one keeps its own. */
export function useStageName(): (stage: string) => string {
  const t = useMessages(elementMessages);
  return (stage) => {
    const known = NAMED.find((one) => one === stage);
    return known === undefined ? stage : t[known];
  };
}
