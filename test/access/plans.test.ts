import { describe, expect, it } from 'vitest';
import { accessOf } from '../../src/access/index.ts';
import { ACCESSES } from '../../src/core/names.ts';
import { CannotRunError } from '../../src/core/errors.ts';
import { SHORT } from '../support/run.ts';

const place = { path: '/somewhere/db', directory: '/run', secret: 'secret' };
const plan = (name: (typeof ACCESSES)[number]) => accessOf(name).plan(SHORT, place);
const actors = (name: (typeof ACCESSES)[number]): string[][] =>
  plan(name).hosts.map((host) => host.actors.map((actor) => actor.name));

describe('the plan of an access', () => {
  it('is one process for each writer and reader where each has its own connection', () => {
    for (const name of ['processes', 'reopen', 'isolated'] as const) {
      expect(actors(name)).toEqual([['w0'], ['r0'], ['r1']]);
    }
  });

  it('is one process for all where they share it', () => {
    expect(actors('threads')).toEqual([['w0', 'r0', 'r1']]);
    expect(plan('threads').hosts[0]!.kind).toBe('thread');
    expect(actors('connections')).toEqual([['w0', 'r0', 'r1']]);
    expect(plan('connections').hosts[0]!.kind).toBe('process');
  });

  it('starts with the owner where there is one', () => {
    expect(actors('owner')).toEqual([['owner'], ['w0'], ['r0'], ['r1']]);
  });

  it('audits one path, but every copy of isolated processes against its own process', () => {
    for (const name of ACCESSES.filter((other) => other !== 'isolated')) {
      expect(plan(name).copies).toEqual([{ path: place.path, actors: ['w0', 'r0', 'r1'] }]);
    }
    const { hosts, copies } = plan('isolated');
    expect(copies.map((copy) => copy.actors)).toEqual([['w0'], ['r0'], ['r1']]);
    expect(new Set(copies.map((copy) => copy.path)).size).toBe(3);
    expect(hosts.map((host) => host.path)).toEqual(copies.map((copy) => copy.path));
  });

  it('refuses a socket path that the system could not bind, and says what to do', () => {
    const long = { ...place, directory: `/${'x'.repeat(120)}` };
    const make = (listen: 'unix' | 'tcp') => () =>
      accessOf('owner').plan({ ...SHORT, listen }, long);
    expect(make('unix')).toThrow(CannotRunError);
    expect(make('unix')).toThrow(/TMPDIR.*--listen tcp/);
    expect(make('tcp')).not.toThrow();
  });
});
