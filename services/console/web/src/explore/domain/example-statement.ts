/** The statement that the page begins with. */
export const EXAMPLE_STATEMENT =
  'SELECT event, count() AS events, uniqExact(profile_id) AS people\nFROM hilo.events\nGROUP BY event\nORDER BY events DESC\nLIMIT 100';
