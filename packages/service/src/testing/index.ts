/** For the tests of services. */
export { ContractProof, faultFinder } from './contract-proof.ts';
export { CertificateAuthority, type IssuedCertificate } from './certificate-authority.ts';
export { type TestKeys, testKeysOf } from './test-keys.ts';
