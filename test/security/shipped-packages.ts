/** An entry of package-lock.json. */
interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** A package-lock.json, as far as it is read here. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** A package of others that ships. */
export interface ShippedPackage {
  readonly name: string;
  /** Its place in the lock, such as `node_modules/pg`. */
  readonly path: string;
  readonly version: string;
  readonly license: string;
  readonly integrity: string;
}

/** Folders of workspaces that ship: in the image, in the pages, or in what `npm start` runs. */
const SHIPS = /^(schemas|infra|packages\/[\w-]+|services\/[\w-]+|services\/console\/web)$/;

/** Every package of others that ships, found from the dependencies of our own ones as Node finds them. */
export function shippedPackages({ packages }: Lock): readonly ShippedPackage[] {
  const found = new Map<string, ShippedPackage>();
  const visited = new Set<string>();
  const visit = (place: string): void => {
    if (visited.has(place)) return;
    visited.add(place);
    const one = packages[place] ?? {};
    if (one.link === true) return visit(one.resolved ?? '');
    const { version = '', license = '', integrity = '' } = one;
    const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (place.includes('node_modules/')) found.set(place, { name, path: place, version, license, integrity });
    for (const wanted of neededBy(one)) {
      const next = placeOf(wanted, place, packages);
      if (next !== null) visit(next);
    }
  };
  for (const place of Object.keys(packages)) if (SHIPS.test(place)) visit(place);
  return [...found.values()];
}

function neededBy({ dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }: LockedPackage): string[] {
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [...Object.keys(dependencies), ...peers];
}

/** Where Node finds a package that one at `from` imports: in the nearest `node_modules`; null: nowhere. */
function placeOf(name: string, from: string, packages: Lock['packages']): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (folder === '') return null;
  }
}
