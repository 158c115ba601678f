import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { messageOf } from '../../src/core/errors.ts';

/** What a run said it found. */
export interface Found {
  /** Verdicts, or durability classes; null for a cell of a matrix that has no result. */
  verdicts: (string | null)[];
  /** What is not as it should be. */
  problems: string[];
}

const STEM = String.raw`\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[a-z]+(-[a-z]+)?-[0-9a-f]{6}`;
const KNOWN = new RegExp(
  String.raw`^(${STEM}\.json|${STEM}\.history\.ndjson\.gz|matrix\.json|${STEM})$`,
);

/** What was saved in this folder. Each file must be of a known name, and whole. */
export function savedIn(folder: string): Found {
  const found: Found = { verdicts: [], problems: [] };
  if (!existsSync(folder)) return found;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!KNOWN.test(name)) found.problems.push(`${name} was left among the results`);
    else if (statSync(path).isDirectory()) add(found, savedIn(path));
    else add(found, name.endsWith('.gz') ? unpacked(path) : verdictsIn(read(path), name));
  }
  return found;
}

/** What this text of JSON says, a result, a crash result or a matrix. */
export function verdictsIn(text: string, name: string): Found {
  try {
    const value = JSON.parse(text) as {
      verdict?: string;
      durability?: string;
      cells?: { result?: { verdict: string } | null }[];
    };
    // The saved matrix names the files of its cells' results, which are read by themselves.
    const cells = value.cells?.flatMap(({ result }) =>
      result === undefined ? [] : [result?.verdict ?? null],
    );
    const own = value.verdict ?? value.durability;
    if (own === undefined && cells === undefined) throw new Error('it has no verdict');
    return { verdicts: cells ?? [own!], problems: [] };
  } catch (error) {
    return { verdicts: [], problems: [`${name} is no result: ${messageOf(error)}`] };
  }
}

/** What the report says that is printed for people; a matrix has a verdict in each row, which is saved, too. */
export function verdictsOfReport(text: string): Found {
  const words = [...text.matchAll(/^ +(?:Verdict|Class) +([A-Z-]+)/gm)];
  return { verdicts: words.map(([, word]) => word!.toLowerCase()), problems: [] };
}

function unpacked(path: string): Found {
  try {
    gunzipSync(readFileSync(path));
    return { verdicts: [], problems: [] };
  } catch (error) {
    return { verdicts: [], problems: [`${path} is no whole history: ${messageOf(error)}`] };
  }
}

function add(found: Found, { verdicts, problems }: Found): void {
  found.verdicts.push(...verdicts);
  found.problems.push(...problems);
}

const read = (path: string): string => readFileSync(path, 'utf8');
