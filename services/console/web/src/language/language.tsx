import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { type Formats, formatsOf } from './formats.ts';
import { chooseLanguage, type Language, type Messages } from './messages.ts';

const REMEMBERED = 'hilo-language';

interface Speech {
  readonly formats: Formats;
  speak(language: Language): void;
}

const SpeechContext = createContext<Speech | null>(null);

/** Lets everything below speak one language, which is remembered in this browser. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState(() => chooseLanguage(localStorage.getItem(REMEMBERED), navigator.languages));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const speech = useMemo(
    () => ({
      formats: formatsOf(language),
      speak: (wanted: Language) => {
        localStorage.setItem(REMEMBERED, wanted);
        setLanguage(wanted);
      },
    }),
    [language],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (speech === null) throw new Error('there is no LanguageProvider above');
  return speech;
}

/** The language, and how to choose another one. */
export function useLanguage(): { readonly language: Language; speak(language: Language): void } {
  const { formats, speak } = useSpeech();
  return { language: formats.language, speak };
}

/** Lets everything below show times in a zone, by its IANA name. */
export function ZoneProvider({ zone, children }: { readonly zone: string; readonly children: ReactNode }) {
  const { formats, speak } = useSpeech();
  const { language } = formats;
  const speech = useMemo(() => ({ formats: formatsOf(language, zone), speak }), [language, zone, speak]);
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

/** How numbers and times are written in the language. */
export function useFormats(): Formats {
  return useSpeech().formats;
}

/** The texts of a place in the language. */
export function useMessages<M>(of: Messages<M>): Messages<M>['en'] {
  return of[useSpeech().formats.language];
}
