/** Turns the parser's tokens for formulas into nodes of the tree, and names both. */
import type { Literal } from "mdast";
import type { CompileContext, Extension } from "mdast-util-from-markdown";
import type { Token } from "micromark-util-types";

interface InlineMath extends Literal {
  type: "inlineMath";
  /** Set apart on its own line although it was written inside a paragraph. */
  display: boolean;
}

interface DisplayMath extends Literal {
  type: "math";
}

declare module "micromark-util-types" {
  interface TokenTypeMap {
    mathFlow: "mathFlow";
    mathFlowFence: "mathFlowFence";
    mathFlowValue: "mathFlowValue";
    mathText: "mathText";
    mathTextMarker: "mathTextMarker";
    mathTextValue: "mathTextValue";
  }
}

declare module "mdast" {
  interface RootContentMap {
    math: DisplayMath;
    inlineMath: InlineMath;
  }
  interface BlockContentMap {
    math: DisplayMath;
  }
  interface PhrasingContentMap {
    inlineMath: InlineMath;
  }
}

function take(this: CompileContext, token: Token): void {
  this.config.enter.data?.call(this, token);
  this.config.exit.data?.call(this, token);
}

export const mathNodes: Extension = {
  enter: {
    mathFlow(token) {
      this.enter({ type: "math", value: "" }, token);
      this.buffer();
    },
    mathText(token) {
      const display = /^(\$\$|\\\[)/.test(this.sliceSerialize(token));
      this.enter({ type: "inlineMath", value: "", display }, token);
      this.buffer();
    },
  },
  exit: {
    mathFlowValue: take,
    mathTextValue: take,
    mathFlow(token) {
      const value = this.resume().trim();
      const node = this.stack.at(-1);
      if (node?.type === "math") node.value = value;
      this.exit(token);
    },
    mathText(token) {
      const value = this.resume().trim();
      const node = this.stack.at(-1);
      if (node?.type === "inlineMath") node.value = value;
      this.exit(token);
    },
  },
};
