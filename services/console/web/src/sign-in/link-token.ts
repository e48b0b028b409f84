import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

/** The token in the fragment of a link, such as `#token=…`; null if there is none. */
export function tokenIn(fragment: string): string | null {
  const token = new URLSearchParams(fragment.replace(/^#/, '')).get('token');
  return token === '' ? null : token;
}

/**
 * The token of the link that led here; null if it has none. It leaves the address at once: what somebody copies, and what the
 * browser remembers of this page, no longer lets anybody in.
 */
export function useLinkToken(): string | null {
  const { hash, pathname } = useLocation();
  const navigate = useNavigate();
  const [token, setToken] = useState(() => tokenIn(hash));
  useEffect(() => {
    if (hash === '') return;
    setToken(tokenIn(hash));
    void navigate(pathname, { replace: true });
  }, [hash, pathname, navigate]);
  return token;
}
