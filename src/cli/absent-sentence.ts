/** What somebody who is not there is said to be: absent, and since when, in universal time. */
export function absentSentence(since: Date | undefined, word = "absent"): string {
  if (since === undefined) return word;
  const moment = since.toISOString();
  return `${word} since ${moment.slice(11, 16)} UTC on ${moment.slice(0, 10)}`;
}
