/** For the tests of services. */
export { ContractProof, faultFinder } from './contract-proof.ts';
