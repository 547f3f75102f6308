/** What the program requires of its figures. The run goes on when something does not hold; the process then ends with 6. */

/** Prints whether `text`, a line of the program, holds. */
export function requirement(text, held) {
  console.log(`  ${held ? 'holds' : 'DOES NOT HOLD'}: ${text}`);
  if (!held) process.exitCode = 6;
}
