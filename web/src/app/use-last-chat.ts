import { useState } from "react";
import { useLocation } from "wouter";

/** The conversation from which one came to another page, so that one can go back to it. */
export function useLastChat(): string {
  const [location] = useLocation();
  const [last, setLast] = useState("/c/new");
  if (location.startsWith("/c/") && location !== last) setLast(location);
  return last;
}
