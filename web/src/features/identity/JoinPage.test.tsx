/** Following the link of an invitation. */
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { Me } from "../../shared/api/types";
import { eventually } from "../../shared/testing/eventually";
import { fakeServer, problem } from "../../shared/testing/fake-server";
import { renderPage } from "../../shared/testing/render-page";
import { JoinPage } from "./JoinPage";

const look = "POST /api/invitations/look";
const accept = "POST /api/invitations/accept";

function show() {
  const onDone = vi.fn<(me: Me) => void>();
  const onLeave = vi.fn<() => void>();
  renderPage(<JoinPage token="t0k" onDone={onDone} onLeave={onLeave} />);
  return { onDone, onLeave };
}

it("says as what one joins, and joins", async () => {
  const server = fakeServer({
    [look]: { body: { email: "grace@example.org", role_name: "Member", expires_at: "" } },
    [accept]: { status: 201, body: { id: "grace" } },
  });
  const { onDone } = show();

  await screen.findByText("Choose a name and a password, and you are in as member.");
  await userEvent.type(screen.getByRole("textbox", { name: "Name" }), "Grace");
  await userEvent.type(screen.getByLabelText("Password"), "lamp arch quiet");
  await userEvent.click(screen.getByRole("button", { name: "Join" }));

  await eventually(() => expect(onDone).toHaveBeenCalledOnce());
  expect(server.sentTo(accept)).toEqual([
    { name: "Grace", email: "grace@example.org", password: "lamp arch quiet", token: "t0k" },
  ]);
});

it("says what to do where the link was used", async () => {
  fakeServer({ [look]: problem(410, "link-spent") });
  const { onLeave } = show();

  expect(await screen.findByText(/used, taken back, or is too old/)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Go to sign-in" }));

  expect(onLeave).toHaveBeenCalledOnce();
});
