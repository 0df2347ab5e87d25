/** What is said in a payload that can be nothing but a message: the word of the command may stand before it. */
export function spokenText(payload: string, name: string): string {
  const word = "&&MESSAGE&&|";
  return withoutName(payload.startsWith(word) ? payload.slice(word.length) : payload, name);
}

/** A text without the name of its user, which programs put before it. */
export function withoutName(text: string, name: string): string {
  const own = `${name}: `;
  return text.startsWith(own) ? text.slice(own.length) : text;
}
