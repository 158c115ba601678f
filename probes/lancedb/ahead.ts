/** The same pages, each asked for while the one before it is looked at: the driver's threads read meanwhile. */
export async function* ahead<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  const iterator = pages[Symbol.asyncIterator]();
  let next = ask(iterator);
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = ask(iterator);
      yield value;
    }
  } finally {
    // Who leaves early leaves a question open: the iterator ends after it.
    await next.catch(() => undefined);
    await iterator.return?.();
  }
}

function ask<Page>(iterator: AsyncIterator<Page, void>): Promise<IteratorResult<Page, void>> {
  const answer = iterator.next();
  // It is awaited only after the present page was looked at: an error until then is not unhandled.
  answer.catch(() => undefined);
  return answer;
}
