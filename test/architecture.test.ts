/** Who may import whom. To add a folder or a package is to edit a table here and say why. */
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Folder -> the folders it may import beside itself; only ones that stand above it, so that no cycle can be. */
const FOLDERS: Record<string, readonly string[]> = {
  'src/core': [],
  // Clock, delays, /proc: what coordinator and worker both need of the machine.
  'src/system': ['src/core'],
  'src/checks': ['src/core'],
  'src/report': ['src/core'],
  'src/store': ['src/core'],
  probes: ['src/core'],
  'src/access': ['src/core', 'src/system', 'probes'],
  'src/worker': ['src/core', 'src/system', 'probes', 'src/access'],
  'src/experiment': ['src/core', 'src/system', 'src/checks', 'src/store', 'src/access'],
  'src/cli': [
    ...['src/core', 'src/system', 'src/checks', 'src/report', 'src/store'],
    ...['probes', 'src/access', 'src/experiment'],
  ],
};

/** Package -> what the paths of the files that may import it begin with. */
const PACKAGES: Record<string, readonly string[]> = {
  '@duckdb/node-api': ['probes/duckdb'],
  '@lancedb/lancedb': ['probes/lancedb'],
  'apache-arrow': ['probes/lancedb'],
  'cli-table3': ['src/report/'],
  'log-update': ['src/report/'],
  commander: ['src/cli/'],
  zod: ['src/store/'],
  'hdr-histogram-js': ['src/core/'],
  'simple-statistics': ['src/core/'],
  piscina: ['src/worker/', 'src/access/'],
  ws: ['src/access/'],
  msgpackr: ['src/access/'],
  'p-queue': ['src/access/'],
};

/** Piscina calls a default export. */
const DEFAULT_EXPORTS = ['src/worker/generate.ts'];

/** What is pure: the built-in modules it may import all the same. */
const PURE: Record<string, readonly string[]> = { 'src/core': ['node:zlib'], 'src/checks': [] };
const IMPURE_GLOBALS =
  /\b(process\.(?:hrtime|pid|env|exit|cwd|std|memoryUsage|uptime|argv|version)|performance\.|console\.|Date\.now|new Date\(\)|setTimeout|setInterval)/;

interface Import {
  specifier: string;
  /** Loads when its file loads, and is more than types. */
  isStatic: boolean;
}

function withoutComments(source: string): string {
  const token = /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[^]*?\*\/|\/\/.*/g;
  return source.replaceAll(token, (_, string: string | undefined) => string ?? '');
}

function importsOf(code: string): Import[] {
  const imports: Import[] = [];
  const statement =
    /(?:^|[\n;}])\s*(?:import|export)\s+(type\s)?(?:[\w*{][^'"`;]*?from\s*)?['"]([^'"]+)['"]/g;
  for (const [, type, specifier] of code.matchAll(statement)) {
    imports.push({ specifier: specifier!, isStatic: type === undefined });
  }
  const call = /\b(?:import|require|require\.resolve)\s*\(\s*['"]([^'"]+)['"]/g;
  for (const [, specifier] of code.matchAll(call)) {
    imports.push({ specifier: specifier!, isStatic: false });
  }
  return imports;
}

const folderOf = (path: string): string => /^(src\/[^/]+|[^/]+)\//.exec(path)?.[1] ?? path;
const packageOf = (specifier: string): string => /^(@[^/]+\/)?[^/]+/.exec(specifier)![0];

function violationsOf(path: string, source: string): string[] {
  const code = withoutComments(source);
  const folder = folderOf(path);
  const found: string[] = [];
  if (!Object.hasOwn(FOLDERS, folder)) found.push('lies in a folder that the table does not know');
  const hasDefault = /\bexport\s+default\b|\bas default\b/.test(code);
  if (hasDefault && !DEFAULT_EXPORTS.includes(path)) found.push('has a default export');
  if (/\bimport\s*\(\s*[^'"\s]/.test(code)) found.push('imports a computed name');
  const pure = PURE[folder];
  const impure = pure && IMPURE_GLOBALS.exec(code)?.[0];
  if (impure) found.push(`is pure and uses ${impure}`);
  for (const { specifier, isStatic } of importsOf(code)) {
    const problem = specifier.startsWith('.')
      ? relativeProblem(path, specifier)
      : isBuiltin(specifier)
        ? pure && !pure.includes(specifier) && 'is pure'
        : packageProblem(path, packageOf(specifier), isStatic);
    if (problem) found.push(`imports ${specifier}: ${problem}`);
  }
  return found.map((what) => `${path} ${what}`);
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

function relativeProblem(path: string, specifier: string): string | undefined {
  if (!specifier.endsWith('.ts')) return 'not the name of a .ts file';
  const from = folderOf(path);
  const to = folderOf(posix.join(posix.dirname(path), specifier));
  return from === to || FOLDERS[from]?.includes(to) ? undefined : `${from} may not see ${to}`;
}

function packageProblem(path: string, name: string, isStatic: boolean): string | undefined {
  const allowed = PACKAGES[name];
  if (allowed === undefined) return 'a package that the table does not know';
  if (!allowed.some((prefix) => path.startsWith(prefix))) return `only ${allowed.join(', ')} may`;
  return isStatic && path.startsWith('probes/') ? 'a driver loads inside a function' : undefined;
}

const root = new URL('..', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('this repository', () => {
  const files = ['src', 'probes'].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `${folder}/${path}`),
  );

  test('keeps its import rules', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(files.flatMap((path) => violationsOf(path, read(path)))).toEqual([]);
  });

  test('has an executable that imports the built command line and nothing else', () => {
    const specifiers = importsOf(read('bin/probe.js')).map(({ specifier }) => specifier);
    expect(specifiers).toEqual(['node:process', '../dist/src/cli/main.js']);
  });

  test('has a table in which each folder sees only folders above it', () => {
    const order = Object.keys(FOLDERS);
    for (const [folder, seen] of Object.entries(FOLDERS)) {
      for (const other of seen) {
        expect(order.indexOf(other), `${folder} -> ${other}`).toBeLessThan(order.indexOf(folder));
        expect(order).toContain(other);
      }
    }
  });
});

describe('the scanner', () => {
  test.each([
    ['src/core/x.ts', "import { a } from '../checks/index.ts';", 'src/core may not see src/checks'],
    ['src/core/metrics/x.ts', "import '../../store/x.ts';", 'src/core may not see src/store'],
    ['src/checks/x.ts', "export * from '../report/x.ts';", 'src/checks may not see src/report'],
    ['src/experiment/x.ts', "await import('../cli/main.ts');", 'may not see src/cli'],
    ['src/report/x.ts', "import type { A } from '../store/x.ts';", 'may not see src/store'],
    ['src/report/x.ts', "import {\n  a,\n  b,\n} from '../store/x.ts';", 'may not see src/store'],
    ['src/cli/x.ts', "import { a } from '../worker/entry.ts';", 'may not see src/worker'],
    ['probes/x.ts', "import { a } from '../src/store/x.ts';", 'probes may not see src/store'],
    ['src/new/x.ts', '', 'a folder that the table does not know'],
    ['src/core/x.ts', "import { readFile } from 'node:fs/promises';", 'is pure'],
    ['src/core/x.ts', "import { fork } from 'child_process';", 'is pure'],
    ['src/core/x.ts', 'const t = process.hrtime.bigint();', 'is pure and uses process.'],
    ['src/checks/x.ts', 'const t = Date.now();', 'is pure and uses Date.now'],
    ['src/checks/x.ts', "import { crc32 } from 'node:zlib';", 'is pure'],
    ['src/cli/x.ts', "import { z } from 'zod';", 'only src/store/ may'],
    ['src/store/x.ts', "import { Command } from 'commander';", 'only src/cli/ may'],
    ['src/cli/x.ts', "import Table from 'cli-table3';", 'only src/report/ may'],
    ['probes/duckdb.ts', "import { x } from '@lancedb/lancedb';", 'only probes/lancedb may'],
    ['src/worker/x.ts', "require('@duckdb/node-api/lib/x');", 'only probes/duckdb may'],
    ['probes/duckdb.ts', "import { x } from '@duckdb/node-api';", 'loads inside a function'],
    ['src/core/x.ts', "import x from 'left-pad';", 'a package that the table does not know'],
    ['src/core/x.ts', "import { a } from './y';", 'not the name of a .ts file'],
    ['src/core/x.ts', "import { a } from './y.js';", 'not the name of a .ts file'],
    ['src/core/x.ts', 'export default 1;', 'has a default export'],
    ['src/core/x.ts', 'export { a as default };', 'has a default export'],
    ['src/core/x.ts', 'await import(name);', 'imports a computed name'],
  ])('finds in %s: %s', (path, source, violation) => {
    const found = violationsOf(path, `const before = 1;\n${source}\n`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(violation);
  });

  test.each([
    ['src/core/x.ts', "import { crc32 } from 'node:zlib';\nimport { a } from './y.ts';"],
    ['src/core/x.ts', "// import { a } from '../cli/x.ts';\n/** import 'zod'; process.exit */"],
    ['src/core/x.ts', "const url = 'http://x'; const text = 'a // b'; // process.exit"],
    ['src/cli/x.ts', "import { Command } from 'commander';\nimport { a } from '../core/x.ts';"],
    ['probes/duckdb.ts', "import type { A } from '@duckdb/node-api';"],
    ['probes/duckdb.ts', "const { A } = await import('@duckdb/node-api');"],
    ['probes/reference/x.ts', "import type { A } from '../../src/core/backend.ts';"],
    ['src/store/x.ts', "export const importantFrom = 'zod-like';"],
  ])('finds nothing in %s: %s', (path, source) => {
    expect(violationsOf(path, source)).toEqual([]);
  });
});
