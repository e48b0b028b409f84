import { contract as activation } from '@hilo/activation/contract';
import { contract as console } from '@hilo/console/contract';
import { contract as history } from '@hilo/history/contract';
import { contract as identity } from '@hilo/identity/contract';
import { contract as ingestion } from '@hilo/ingestion/contract';
import { contract as profile } from '@hilo/profile/contract';
import { contract as segmentation } from '@hilo/segmentation/contract';
import type { Contract } from '@hilo/service/contract';

/** The contract of every service. */
export const CONTRACTS: Readonly<Record<string, Contract>> = {
  activation,
  console,
  history,
  identity,
  ingestion,
  profile,
  segmentation,
};
