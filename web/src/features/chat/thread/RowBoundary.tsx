import { Component, type ReactNode } from "react";
import { AsWritten } from "../../../shared/ui/markdown/AsWritten";
import { textOf } from "./thread-data";
import type { ThreadItem } from "./thread-item";
import { words } from "../words";

interface RowBoundaryProps {
  item: ThreadItem;
  children: ReactNode;
}

/** A mistake of ours in drawing one message must not take the others away. It is tried again when the message changes. */
export class RowBoundary extends Component<
  RowBoundaryProps,
  { item: ThreadItem; isBroken: boolean }
> {
  override state = { item: this.props.item, isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  static getDerivedStateFromProps({ item }: RowBoundaryProps, before: { item: ThreadItem }) {
    return item === before.item ? null : { item, isBroken: false };
  }

  override render() {
    const { item, children } = this.props;
    if (!this.state.isBroken) return children;
    const text = item.kind === "message" ? textOf(item.message) : item.outgoing.text;
    return (
      <article>
        <AsWritten text={text} why={words.notDrawn} />
      </article>
    );
  }
}
