/** Every type of destination: a folder, and a line here. */
export { webhook } from './webhook/webhook.ts';
