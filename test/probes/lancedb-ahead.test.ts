import { describe, expect, test } from 'vitest';
import { ahead } from '../../probes/lancedb/ahead.ts';

describe('pages asked for ahead', () => {
  test('come in order, each asked for before the one before it is given', async () => {
    const asked: number[] = [];
    const given: [page: number, asked: number][] = [];
    for await (const page of ahead(pagesOf(3, asked))) given.push([page, asked.length]);
    expect(given).toEqual([
      [0, 2],
      [1, 3],
      [2, 3],
    ]);
  });

  test('give an error in its turn, after the pages before it', async () => {
    const given: number[] = [];
    const read = async (): Promise<void> => {
      for await (const page of ahead(failingAfter(2))) {
        given.push(page);
        // Long enough for the process to notice an error that nobody handles.
        await new Promise(setImmediate);
      }
    };
    await expect(read()).rejects.toThrow('disk gone');
    expect(given).toEqual([0, 1]);
  });

  test('end what they come from when nobody wants more', async () => {
    const asked: number[] = [];
    const ended: string[] = [];
    async function* pages(): AsyncGenerator<number> {
      try {
        yield* pagesOf(5, asked);
      } finally {
        ended.push('ended');
      }
    }
    for await (const page of ahead(pages())) if (page === 1) break;
    expect({ asked, ended }).toEqual({ asked: [0, 1, 2], ended: ['ended'] });
  });
});

async function* pagesOf(count: number, asked: number[]): AsyncGenerator<number> {
  for (let page = 0; page < count; page++) {
    asked.push(page);
    await Promise.resolve();
    yield page;
  }
}

async function* failingAfter(count: number): AsyncGenerator<number> {
  yield* pagesOf(count, []);
  throw new Error('disk gone');
}
