import { columnsOf, padColumns } from "./columns.ts";

/** Rows of cells as lines, each column as wide as its widest cell, with two blanks between. The last one ends where it ends. */
export function tableLines(rows: readonly (readonly string[])[]): readonly string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) => widestOf(rows.map((row) => row[column] ?? "")));
  return rows.map((row) =>
    row
      .map((cell, column) => padColumns(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function widestOf(cells: readonly string[]): number {
  return cells.reduce((widest, cell) => Math.max(widest, columnsOf(cell)), 0);
}
