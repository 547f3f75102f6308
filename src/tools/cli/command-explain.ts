/** `bprune explain`: the page of a diagnostic code, a word of the language, or what there is to know about a name of the catalogue. */
import type { ExitCode } from '../../base/codes.ts';
import { nearest } from '../../base/suggest.ts';
import { NAMES, nameTopics } from '../explain/names.ts';
import { page } from '../explain/page.ts';
import { table } from '../explain/table.ts';
import { familyRows, settingNames, settingTopics, topicNames, topics } from '../explain/topics.ts';
import { WORDS, wordTopics } from '../explain/words.ts';
import { codes } from './codes.ts';
import { usage } from './options.ts';

export async function explainCommand(topic: string | undefined): Promise<ExitCode> {
  process.stdout.write(`${topic === undefined ? overview() : await explanation(topic)}\n`);
  return 0;
}

async function explanation(topic: string): Promise<string> {
  const entry = codes.get(topic.toUpperCase());
  if (entry !== undefined) return page(entry);
  const about = [...wordTopics(topic), ...nameTopics(topic), ...topics(topic), ...settingTopics(topic)];
  if (about.length > 0) return about.join('\n\n');
  const isCode = /^bp\d/i.test(topic);
  const near = nearest(
    isCode ? topic.toUpperCase() : topic,
    isCode ? codes.keys() : [...topicNames(), ...Object.keys(WORDS), ...Object.keys(NAMES), ...settingNames()],
  );
  const missing = isCode ? `There is no code ${topic}.` : `There is nothing to explain about ${topic}.`;
  throw usage(
    missing,
    near === null ? 'codes look like BP2001; `bprune explain` lists the names' : `did you mean ${near}?`,
  );
}

function overview(): string {
  const rows = [...codes.values()].map(({ code, title }) => [code, title]);
  return `Names:\n\n${table([...familyRows(), ['word', Object.keys(WORDS).join(' ')], ['name', Object.keys(NAMES).join(' ')]])}\nDiagnostic codes:\n\n${table(rows).trimEnd()}`;
}
