/** What `main.ts` loads once it knows that there is something to do: all in one file, since each further file costs a start its time. */
export { compileCommand } from './command-compile.ts';
export { diagnoseCommand } from './command-diagnose.ts';
export { doctorCommand } from './command-doctor.ts';
export { explainCommand } from './command-explain.ts';
export { formatCommand } from './command-fmt.ts';
export { resumeCommand } from './command-resume.ts';
export { runCommand } from './command-run.ts';
export { verifyCommand } from './command-verify.ts';
export { usageFrom } from './complaints.ts';
export { startReplTerminal } from './repl-terminal.ts';
export { reportFailure } from './session.ts';
