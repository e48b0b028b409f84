import { Modal, Text, TextInput } from '@mantine/core';
import { type KeyboardEvent, useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { pathOf } from '../api/api.ts';
import { fits } from '../api/list-order.ts';
import { elementMessages } from '../elements/messages.ts';
import { useMessages } from '../language/language.tsx';
import { hasRight, useSession } from '../session/session.tsx';
import { shellMessages } from './messages.ts';
import { NAVIGATION } from './navigation.ts';

/** Somewhere to go. */
interface Place {
  readonly name: string;
  readonly to: string;
  /** Goes with the page, but not into its address. */
  readonly state?: object;
}

/** Goes to a page by a part of its name, and to a person or an event by an identifier. */
export function GoTo({ close }: { readonly close: () => void }) {
  const t = useMessages(shellMessages);
  const elements = useMessages(elementMessages);
  const navigate = useNavigate();
  const list = useId();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const places = usePlaces(typed.trim());
  const at = Math.min(chosen, Math.max(0, places.length - 1));
  const go = (place: Place | undefined): void => {
    if (place === undefined) return;
    close();
    void navigate(place.to, { state: place.state });
  };
  const press = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && places.length > 0) setChosen((at + step + places.length) % places.length);
    else if (event.key === 'Enter') go(places[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal opened onClose={close} title={t.goTo} closeButtonProps={{ 'aria-label': elements.close }}>
      <TextInput
        data-autofocus
        role="combobox"
        aria-label={t.goTo}
        aria-expanded
        aria-controls={list}
        aria-activedescendant={places.length === 0 ? undefined : `${list}-${at}`}
        placeholder={t.goToHelp}
        value={typed}
        maxLength={500}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={press}
      />
      <ul id={list} role="listbox" aria-label={t.goTo} className="places">
        {places.map((place, index) => (
          // Keys choose among them, from the field: they are no stops of the keyboard themselves.
          <li
            key={place.name}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === at}
            onClick={() => go(place)}
            onKeyDown={press}
          >
            {place.name}
          </li>
        ))}
      </ul>
      {places.length === 0 ? <Text c="dimmed">{elements.nothingFits(typed.trim())}</Text> : null}
    </Modal>
  );
}

function usePlaces(typed: string): readonly Place[] {
  const t = useMessages(shellMessages);
  const { rights } = useSession();
  const pages = NAVIGATION.flatMap((group) => group.pages)
    .filter(({ right }) => right === undefined || hasRight(rights, right))
    .map(({ name, path }): Place => ({ name: t[name], to: path }));
  const account: Place = { name: t.ownAccount, to: '/account' };
  const found = [...pages, account].filter(({ name }) => fits(name, typed));
  if (typed === '') return found;
  return [
    ...found,
    { name: t.findPerson(typed), to: '/profiles', state: { typed: { q: typed } } },
    { name: t.followEvent(typed), to: pathOf`/events/${typed}` },
  ];
}
