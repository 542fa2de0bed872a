/** Markdown as models write it: CommonMark, tables, task lists, bare links, strikethrough and formulas, no HTML. */
import type { RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmAutolinkLiteralFromMarkdown } from "mdast-util-gfm-autolink-literal";
import { gfmStrikethroughFromMarkdown } from "mdast-util-gfm-strikethrough";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmTaskListItemFromMarkdown } from "mdast-util-gfm-task-list-item";
import { gfmAutolinkLiteral } from "micromark-extension-gfm-autolink-literal";
import { gfmStrikethrough } from "micromark-extension-gfm-strikethrough";
import { gfmTable } from "micromark-extension-gfm-table";
import { gfmTaskListItem } from "micromark-extension-gfm-task-list-item";
import type { Extension } from "micromark-util-types";
import { codes } from "./math-codes";
import { mathFlow } from "./math-flow";
import { mathNodes } from "./math-nodes";
import { mathText } from "./math-text";
import { plain } from "./plain-part";
import { isReadable } from "./readable-part";

const math: Extension = {
  flow: { [codes.dollar]: mathFlow, [codes.backslash]: mathFlow },
  text: { [codes.dollar]: mathText, [codes.backslash]: mathText },
};

/** What a model writes between angle brackets is shown as it stands, never read as HTML. */
const noHtml: Extension = { disable: { null: ["htmlFlow", "htmlText"] } };

const options = {
  extensions: [
    gfmAutolinkLiteral(),
    gfmStrikethrough({ singleTilde: false }),
    gfmTable(),
    gfmTaskListItem(),
    math,
    noHtml,
  ],
  mdastExtensions: [
    gfmAutolinkLiteralFromMarkdown(),
    gfmStrikethroughFromMarkdown(),
    gfmTableFromMarkdown(),
    gfmTaskListItemFromMarkdown(),
    mathNodes,
  ],
};

/** What is too much to read is one node of the type `plain`, without a place. */
export function parseMarkdown(source: string): RootContent[] {
  return isReadable(source) ? fromMarkdown(source, options).children : [plain(source)];
}
