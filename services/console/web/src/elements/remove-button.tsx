import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { Confirm } from './confirm.tsx';
import { DISCARD } from './unsaved.tsx';

interface RemoveButtonProps {
  /** The label of both buttons. */
  readonly label: string;
  readonly title: string;
  /** What will happen. */
  readonly children: string;
  readonly size?: 'xs' | 'sm';
  /** The list that it is in, which is read again. */
  readonly list: QueryKey;
  /** Where to go once its own page has nothing to show, and the queries to drop. */
  readonly leave?: { readonly to: string; readonly item: QueryKey };
  remove(): Promise<unknown>;
}

/** Removes a resource, after a question. */
export function RemoveButton({ label, title, children, size = 'sm', list, leave, remove }: RemoveButtonProps) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { mutate, error, isPending } = useMutation({
    mutationFn: remove,
    onSuccess: async () => {
      if (leave !== undefined) {
        await navigate(leave.to, { state: DISCARD });
        queries.removeQueries({ queryKey: leave.item });
      }
      await queries.invalidateQueries({ queryKey: list });
    },
  });
  return (
    <Confirm label={label} title={title} size={size} error={error} busy={isPending} act={() => mutate()}>
      {children}
    </Confirm>
  );
}
