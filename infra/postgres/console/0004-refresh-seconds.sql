-- The content of a dashboard is part of the HTTP API, which names every field in snake_case with its unit at the end.
UPDATE exploration
  SET content = content - 'refreshSeconds' || jsonb_build_object('refresh_s', content -> 'refreshSeconds')
  WHERE content ? 'refreshSeconds';
