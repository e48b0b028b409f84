/** The call that the page of a source shows, for a shell: an event of a person named `ada`. */
export function sendExample(address: string, write_key: string): string {
  const event = '{"userId": "ada", "event": "Order Completed", "properties": {"revenue": 9.5, "currency": "EUR"}}';
  return `curl -u '${write_key}:' -H 'content-type: application/json' ${address}/v1/track \\\n  -d '${event}'`;
}
