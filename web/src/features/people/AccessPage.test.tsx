/** The page of registration: what the workspace has decided, and the way back from a decision. */
import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { fakeServer } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { AccessPage } from "./AccessPage";

const closed = {
  registration: "closed",
  allowed_domains: [],
  read_all_allowed: false,
  mail: false,
} as const;

it("opens registration to some domains, says what that needs, and takes it back", async () => {
  const opened = { ...closed, registration: "open", allowed_domains: ["example.org"] };
  const server = fakeServer({
    "GET /api/policies": { body: closed },
    "PUT /api/policies": { body: opened },
  });
  renderPage(<AccessPage />);

  await userEvent.click(await screen.findByRole("radio", { name: /^Open/ }));
  await userEvent.type(
    screen.getByRole("textbox", { name: "Only addresses of these domains" }),
    "example.org",
  );
  expect(screen.getByText(/somebody has to approve/)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  const toast = (await screen.findByText("This holds from now on")).closest("div");
  if (!toast) throw new Error("no toast");
  await userEvent.click(within(toast).getByRole("button", { name: "Undo" }));

  const { mail: _, ...sent } = closed;
  await eventually(() =>
    expect(server.sentTo("PUT /api/policies")).toEqual([
      { ...sent, registration: "open", allowed_domains: ["example.org"] },
      sent,
    ]),
  );
});
