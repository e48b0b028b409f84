import { MemorySourceStore } from '../testing/memory-source-store.ts';
import { sourceStoreContract } from '../testing/source-store-contract.ts';

sourceStoreContract('memory', async () => new MemorySourceStore());
