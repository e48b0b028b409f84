import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { newQueryId, runStatement } from '../explore/query-api.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { type Business, businessOf, businessStatements, type Figure, growthOf } from './business.ts';
import { homeMessages } from './messages.ts';
import { type Tile, Tiles } from './tiles.tsx';

const EVERY_MS = 60_000;

/** Revenue, orders and customers of the last 30 days beside the 30 before. */
export function BusinessFigures() {
  const api = useApi();
  const { zone } = useFormats();
  const { data, error, refetch } = useQuery({
    queryKey: ['business', zone.name],
    queryFn: async ({ signal }) => {
      const { sales, customers } = businessStatements(zone.name);
      const answerTo = (sql: string) => runStatement(api, { id: newQueryId(), sql, segment: null }, signal);
      return businessOf(await answerTo(sales), await answerTo(customers));
    },
    refetchInterval: EVERY_MS,
    staleTime: EVERY_MS / 2,
  });
  if (data === undefined)
    return error === null ? <Loading lines={2} /> : <Fault error={error} retry={() => void refetch()} />;
  return <Figures business={data} />;
}

function Figures({ business: { revenue, orders, customers } }: { readonly business: Business }) {
  const t = useMessages(homeMessages);
  const { count, money } = useFormats();
  const noteOf = useGrowthWords();
  const [largest = { currency: '', now: 0, before: 0 }, ...others] = revenue;
  const more = others.map(({ currency, now }) => money(now, currency));
  const tiles: readonly Tile[] = [
    {
      name: t.revenue,
      value: money(largest.now, largest.currency),
      note: [...more, noteOf(largest)].join(' · '),
      to: '/dashboards/sales',
    },
    { name: t.orders, value: count(orders.now), note: noteOf(orders), to: '/dashboards/sales' },
    { name: t.customers, value: count(customers.now), note: noteOf(customers), to: '/dashboards/customers' },
  ];
  return <Tiles tiles={tiles} />;
}

function useGrowthWords(): (figure: Figure) => string {
  const t = useMessages(homeMessages);
  const { change } = useFormats();
  return (figure) => {
    const growth = growthOf(figure);
    return growth === null ? t.noneBefore : t.growth(change(growth));
  };
}
