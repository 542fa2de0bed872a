/** A page that breaks, and what is left beside it. */
import { render, screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { PageBoundary } from "./PageBoundary";
import { SidebarPlaceContext } from "./sidebar-place";

function Broken(): never {
  throw new Error("Failed to fetch dynamically imported module");
}

function at(place: string) {
  return (
    <SidebarPlaceContext value={{ isDrawer: false, isShown: true, show: () => {}, hide: () => {} }}>
      <nav>Conversations</nav>
      <PageBoundary place={place}>{place === "/models" ? <Broken /> : "Another page"}</PageBoundary>
    </SidebarPlaceContext>
  );
}

it("takes the place of the page alone, and of that page alone", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const { rerender } = render(at("/models"));
  expect(screen.getByRole("heading", { name: "This page could not be shown" })).toBeTruthy();
  expect(screen.getByRole("navigation").textContent).toBe("Conversations");

  rerender(at("/keys"));
  expect(screen.getByText("Another page")).toBeTruthy();

  rerender(at("/models"));
  expect(screen.getByRole("button", { name: "Load again" })).toBeTruthy();
});
