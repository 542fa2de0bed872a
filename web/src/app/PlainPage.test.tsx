/** The name of a page, where it stands and that it stands there once. */
import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { PlainPage } from "./PlainPage";
import { SidebarPlaceContext } from "./sidebar-place";

function show(place: { isDrawer: boolean; isShown: boolean }) {
  render(
    <SidebarPlaceContext value={{ ...place, show: () => {}, hide: () => {} }}>
      <PlainPage title="Models">
        <h1>Models</h1>
      </PlainPage>
    </SidebarPlaceContext>,
  );
}

it("leaves the name to the page beside a sidebar", () => {
  show({ isDrawer: false, isShown: true });

  expect(screen.getAllByText("Models")).toHaveLength(1);
  expect(screen.queryByRole("banner")).toBeNull();
  expect(document.title).toBe("Models · Arcano");
});

it("leads back to a hidden sidebar without naming the page twice", () => {
  show({ isDrawer: false, isShown: false });

  expect(screen.getByRole("button", { name: "Show sidebar" })).toBeTruthy();
  expect(screen.getAllByText("Models")).toHaveLength(1);
});

it("names itself in the bar of a phone", () => {
  show({ isDrawer: true, isShown: false });

  expect(screen.getByRole("button", { name: "Conversations" })).toBeTruthy();
  expect(screen.getByText("Models", { selector: "span" })).toBeTruthy();
});
