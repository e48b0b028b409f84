/** Where the browser goes to sign in at the organisation's identity provider. */
export const OPENID_PATH = '/api/session/openid';
