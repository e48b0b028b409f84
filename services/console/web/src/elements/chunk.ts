/** A part of the pages that could not be loaded: without a connection, or after an update. */
export class ChunkNotLoaded extends Error {
  override readonly name = 'ChunkNotLoaded';
}

/** Loads a part of the pages; rejects with `ChunkNotLoaded` where it is not to be had. */
export async function chunk<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new ChunkNotLoaded('a part of the pages was not loaded', { cause: error });
  }
}
