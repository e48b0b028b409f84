import { Group, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useMessages } from '../language/language.tsx';
import { DELIVERY_STATES, readDestinations } from './destination-api.ts';
import { DeliveryList } from './delivery-list.tsx';
import { destinationMessages } from './messages.ts';

/** Deliveries to all destinations; the filter is in the address, so that it can be shared. */
export function DeliveriesPage() {
  const t = useMessages(destinationMessages);
  const api = useApi();
  const [parameters, setParameters] = useSearchParams();
  const destinations = useQuery({
    queryKey: ['destinations', null],
    queryFn: ({ signal }) => readDestinations(api, null, signal),
  });
  const status = DELIVERY_STATES.find((one) => one === parameters.get('status')) ?? null;
  const destination = parameters.get('destination');
  const choose = (name: string, value: string): void => {
    const next = new URLSearchParams(parameters);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setParameters(next, { replace: true });
  };
  const keys = destinations.data?.items.map(({ key }) => key) ?? [];
  const offered = destination === null || keys.includes(destination) ? keys : [destination, ...keys];
  return (
    <>
      <PageTitle title={t.deliveriesTitle} note={t.deliveriesNote} />
      <Group mb="md">
        <NativeSelect
          label={t.filterState}
          value={status ?? ''}
          onChange={(event) => choose('status', event.currentTarget.value)}
          data={[{ value: '', label: t.any }, ...DELIVERY_STATES.map((one) => ({ value: one, label: t[one] }))]}
        />
        <NativeSelect
          label={t.filterDestination}
          value={destination ?? ''}
          onChange={(event) => choose('destination', event.currentTarget.value)}
          data={[{ value: '', label: t.any }, ...offered.map((key) => ({ value: key, label: key }))]}
        />
      </Group>
      <DeliveryList filter={{ status, destination, profile: null }} />
    </>
  );
}
