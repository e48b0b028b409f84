import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { Empty } from '../elements/empty.tsx';
import { elementMessages } from '../elements/messages.ts';
import { PageTitle } from '../elements/page-title.tsx';
import { useMessages } from '../language/language.tsx';

/** For unknown addresses. */
export function UnknownPage() {
  const t = useMessages(elementMessages);
  return (
    <>
      <PageTitle title={t.unknownPage} />
      <Empty
        title={t.unknownPageHelp}
        action={
          <Button component={Link} to="/">
            {t.home}
          </Button>
        }
      >
        {null}
      </Empty>
    </>
  );
}
