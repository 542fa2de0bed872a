import type { ReactNode } from "react";
import { safeAddress } from "./safe-address";

/** A link out of the workspace; where the address is not a plain one, only its words. */
export function ExternalLink({ address, children }: { address: string; children: ReactNode }) {
  const href = safeAddress(address);
  if (href === null) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
