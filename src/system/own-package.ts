import { existsSync, readFileSync } from 'node:fs';

interface Package {
  version: string;
  dependencies: Record<string, string>;
}

/** Our own package.json: the first one above this file, which lies deeper in dist than in src. */
export function ownPackage(): Package {
  let url = new URL('package.json', import.meta.url);
  while (!existsSync(url)) url = new URL('../package.json', url);
  return JSON.parse(readFileSync(url, 'utf8')) as Package;
}

/** A driver with the version that this tool is made for, as npm install takes it. */
export function pinned(driver: string): string {
  const version = ownPackage().dependencies[driver];
  return version === undefined ? driver : `${driver}@${version}`;
}
