/** Other programs that an installation needs: whether they are there, and one clear message when one of them fails. */
import { spawn } from 'node:child_process';
import { DiagnosticError, diagnostic } from '../../base/diagnostic.ts';

export function installFailed(message: string, hint: string, notes: readonly string[] = []): DiagnosticError {
  return new DiagnosticError(diagnostic('BP8012', null, message, { hint, notes }));
}

const packages: Readonly<Record<string, string>> = {
  npm: 'it comes with Node',
  python3: 'for instance `apt install python3`',
  pip: 'for instance `apt install python3-pip`',
  'g++': 'for instance `apt install g++`',
};

/** Throws a diagnostic when a program that is needed is not there. */
export async function need(tool: string, trial: readonly string[] = [tool, '--version']): Promise<void> {
  const [program, ...args] = trial;
  const { code } = await finished(program!, args, process.cwd());
  if (code === 0) return;
  throw new DiagnosticError(
    diagnostic('BP8011', null, `Installing needs \`${tool}\`, which is not here.`, {
      hint: `install it first: ${packages[tool] ?? 'with the package manager of your system'}`,
    }),
  );
}

/** Runs a program to its end; its last lines are in the message when it fails. */
export async function runTool(program: string, args: readonly string[], folder: string): Promise<void> {
  const { code, errors } = await finished(program, args, folder);
  if (code === 0) return;
  const why = code === null ? 'did not start' : `ended with code ${code}`;
  throw installFailed(
    `\`${[program, ...args.slice(0, 3)].join(' ')} ...\` ${why}.`,
    'nothing was installed; try again when the reason below is gone',
    errors.trim().split('\n').slice(-8),
  );
}

function finished(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: number | null; errors: string }> {
  return new Promise((resolve) => {
    let errors = '';
    const child = spawn(program, [...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    child.on('error', (error) => resolve({ code: null, errors: error.message }));
    child.on('close', (code) => resolve({ code, errors }));
  });
}
