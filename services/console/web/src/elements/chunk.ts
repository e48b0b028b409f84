/** A part of the pages that could not be loaded: without a connection, or after an update. */
export class ChunkNotLoadedError extends Error {
  override readonly name = 'ChunkNotLoadedError';
}

/** Loads a part of the pages; rejects with `ChunkNotLoadedError` where it is not to be had. */
export async function chunk<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new ChunkNotLoadedError('a part of the pages was not loaded', { cause: error });
  }
}
