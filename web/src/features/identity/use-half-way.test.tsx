/** Coming back from a sign-in elsewhere, with a second factor still to show. */
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Me } from "../../shared/api/types";
import { eventually } from "../../shared/testing/eventually";
import { fakeServer, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { write } from "../../shared/testing/write";
import { SignInPage } from "./SignInPage";

const begin = "POST /api/session/second/begin";

it("asks for the code at once, and says nothing of it in the address", async () => {
  history.replaceState(null, "", "/c/1?sign-in-step=second");
  const server = fakeServer({
    [begin]: { body: { methods: ["code"], token: "t", options: null } },
    "POST /api/session/second": { status: 201, body: { id: "1" } },
  });
  const onDone = vi.fn<(me: Me) => void>();
  renderPage(<SignInPage onDone={onDone} />);

  await write(await screen.findByRole("textbox", { name: "Code" }), "123456");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));

  await eventually(() => expect(onDone).toHaveBeenCalled());
  expect(server.sentTo("POST /api/session/second")).toEqual([{ token: "t", code: "123456" }]);
  expect(location.pathname + location.search).toBe("/c/1");
});

it("begins again where that took too long", async () => {
  history.replaceState(null, "", "/?sign-in-step=second");
  fakeServer({ [begin]: problem(409, "challenge-over") });
  renderPage(<SignInPage onDone={() => {}} />);

  expect(await screen.findByText("That took too long. Sign in again.")).toBeTruthy();
  expect(screen.getByRole("textbox", { name: "E-mail" })).toBeTruthy();
});
