/** How text may look on a terminal. */
export type Style = keyof typeof styles;

/** The text in a style, for a terminal with colours. */
export function styled(style: Style, text: string): string {
  const [begin, end] = styles[style];
  return `\x1b[${begin}m${text}\x1b[${end}m`;
}

/** Select Graphic Rendition: the codes that begin and end a style (ECMA-48, 8.3.117). */
const styles = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;
