import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { Facts } from '../elements/facts.tsx';
import { RemoveButton } from '../elements/remove-button.tsx';
import { ResourcePage } from '../elements/resource-page.tsx';
import { Section } from '../elements/section.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useLanguage, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { DeliveryList } from './delivery-list.tsx';
import {
  deleteDestination,
  type Destination,
  type DestinationInput,
  type DestinationType,
  readDestination,
  readTypes,
  saveDestination,
} from './destination-api.ts';
import { DestinationForm } from './destination-form.tsx';
import { destinationMessages } from './messages.ts';
import { leadsTo, settingText, typeWords } from './type-words.ts';

/** One destination: its settings, and its deliveries. */
export function DestinationPage() {
  const t = useMessages(destinationMessages);
  const api = useApi();
  const { key = '' } = useParams();
  const mayChange = useRight('activation:write');
  const query = useQuery({
    queryKey: ['destination', key],
    queryFn: async ({ signal }) => {
      const [destination, types] = await Promise.all([readDestination(api, key, signal), readTypes(api, signal)]);
      return { destination, type: types.find((type) => type.key === destination.type) };
    },
  });
  const { destination, type }: Partial<Shown> = query.data ?? {};
  return (
    <ResourcePage
      query={query}
      title={destination?.name ?? key}
      note={destination === undefined ? undefined : leadsTo(type, destination.settings)}
      actions={() =>
        mayChange ? (
          <RemoveButton
            label={t.delete}
            title={t.deleteTitle}
            list={['destinations']}
            leave={{ to: '/destinations', item: ['destination', key] }}
            remove={() => deleteDestination(api, key)}
          >
            {t.deleteText(key)}
          </RemoveButton>
        ) : null
      }
    >
      {(found) => (
        <>
          <Section title={t.settings}>
            {mayChange && found.type !== undefined ? (
              <Settings destination={found.destination} type={found.type} />
            ) : (
              <ShownSettings {...found} />
            )}
          </Section>
          <Section title={t.deliveriesTitle}>
            <DeliveryList filter={{ status: null, destination: key, profile: null }} />
          </Section>
        </>
      )}
    </ResourcePage>
  );
}

interface Shown {
  readonly destination: Destination;
  /** Undefined: it is of another release than this console. */
  readonly type: DestinationType | undefined;
}

function Settings({ destination, type }: Shown & { readonly type: DestinationType }) {
  const api = useApi();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (input: DestinationInput) => saveDestination(api, destination.key, input),
    onSuccess: (saved) => queries.setQueryData<Shown>(['destination', saved.key], { destination: saved, type }),
  });
  return (
    <DestinationForm
      types={[type]}
      existing={destination}
      error={save.error}
      busy={save.isPending}
      saved={save.isSuccess}
      save={(_key, input) => save.mutate(input)}
    />
  );
}

function ShownSettings({ destination, type }: Shown) {
  const { key, settings, segments, enabled, backfilled, updated_at } = destination;
  const t = useMessages(destinationMessages);
  const formats = useFormats();
  const { language } = useLanguage();
  const words = type === undefined ? undefined : typeWords(type, language);
  return (
    <Facts
      of={[
        [t.key, key],
        [t.type, words?.title ?? destination.type],
        ...Object.entries(settings).map(
          ([name, value]) => [words?.fields[name]?.title ?? name, settingText(value)] as const,
        ),
        [t.segments, segments === 'all' ? t.allSegments : formats.list(segments)],
        [t.backfilled, backfilled ? t.backfilledSent : t.backfilledNotSent],
        [
          t.state,
          <StateMark key="state" mood={enabled ? 'good' : 'idle'}>
            {enabled ? t.enabled : t.disabled}
          </StateMark>,
        ],
        [t.changed, formats.time(updated_at)],
      ]}
    />
  );
}
