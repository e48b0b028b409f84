/** What contracts are written with, and the types made from them. Nothing here runs in a server: web clients import it, too. */
export * from './contract.ts';
export * from './problem-codes.ts';
export * from './typed.ts';
