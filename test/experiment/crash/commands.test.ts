import { expect, test } from 'vitest';
import { CannotRunError } from '../../../src/core/errors.ts';
import { command, missingPrograms } from '../../../src/experiment/crash/commands.ts';

test('a program runs in a process group of its own, so that Ctrl-C does not end it halfway', async () => {
  const [pid, group] = (await command('sh', '-c', 'echo $$; cut -d " " -f 5 /proc/$$/stat')).split(
    '\n',
  );
  expect(group).toBe(pid);
});

test.each([
  [['sh', '-c', 'echo one >&2; echo two >&2; exit 3'], / failed: one two$/],
  [['sh', '-c', 'exit 3'], / failed: exit code 3$/],
  [['sh', '-c', 'kill -9 $$'], / failed: ended by SIGKILL$/],
  [['no-such-program'], /^no-such-program failed: .*ENOENT/],
])('%j says in one line why it failed', async ([program, ...args], message) => {
  const failure = command(program!, ...args);
  await expect(failure).rejects.toThrow(CannotRunError);
  await expect(failure).rejects.toThrow(message);
});

test('the programs that are missing are named', async () => {
  expect(await missingPrograms('sh', 'no-such-program')).toEqual(['no-such-program']);
});
