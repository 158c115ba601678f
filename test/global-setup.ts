import { execFileSync } from 'node:child_process';

/** Workers are forked from dist, so the tests build it first. */
export default function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}
