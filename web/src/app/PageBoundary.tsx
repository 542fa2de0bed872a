import { Component, type ReactNode } from "react";
import { Button } from "../shared/ui/Button";
import { PageNotice } from "./PageNotice";
import { words } from "./words";

interface PageBoundaryProps {
  /** The address. Another one is another try. */
  place: string;
  children: ReactNode;
}

interface PageBoundaryState {
  place: string;
  isBroken: boolean;
}

/** A page that could not be fetched or drawn takes nothing else with it: the sidebar and the conversations stay. */
export class PageBoundary extends Component<PageBoundaryProps, PageBoundaryState> {
  override state: PageBoundaryState = { place: this.props.place, isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  static getDerivedStateFromProps({ place }: PageBoundaryProps, state: PageBoundaryState) {
    return place === state.place ? null : { place, isBroken: false };
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    return (
      <PageNotice
        name={words.pageBroken}
        title={words.pageBrokenTitle}
        action={<Button onClick={() => location.reload()}>{words.reload}</Button>}
      >
        {words.pageBrokenLead}
      </PageNotice>
    );
  }
}
