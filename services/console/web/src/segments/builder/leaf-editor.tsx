import { useMessages } from '../../language/language.tsx';
import { type LeafDraft, withField } from '../domain/draft.ts';
import { useBuilding } from './builder-context.tsx';
import { AggregateForm, DidForm, OneEventForm, RegularForm } from './event-forms.tsx';
import { builderMessages } from './messages.ts';
import { NameForm, ShareForm, TraitForm } from './profile-forms.tsx';
import { SequenceForm } from './sequence-form.tsx';

/** The form of one condition, of whatever kind. */
export function LeafEditor({ draft, field }: { readonly draft: LeafDraft; readonly field: string }) {
  const t = useMessages(builderMessages);
  const { change, fresh } = useBuilding();
  const { json } = draft;
  const props = {
    field,
    value: json,
    autoFocus: fresh === draft.id,
    onChange: (next: LeafDraft['json']) => change({ ...draft, json: next }),
  };
  if ('did' in json) return <DidForm {...props} />;
  if ('trait' in json) return <TraitForm {...props} />;
  if ('first' in json || 'last' in json) return <OneEventForm {...props} />;
  if ('sequence' in json) return <SequenceForm {...props} />;
  if ('regular' in json) return <RegularForm {...props} />;
  if ('randomBucket' in json) return <ShareForm {...props} />;
  for (const name of ['in', 'list'] as const) {
    if (name in json) {
      const set = (key: string) => props.onChange(withField(json, name, key));
      return <NameForm {...props} name={name} label={t[`name_${name}`]} set={set} />;
    }
  }
  return <AggregateForm {...props} />;
}
