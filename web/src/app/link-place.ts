/** Whether an address is one that links lead to which let somebody in; what stands behind its `#` is a secret. */
export function isLinkPlace(path: string): path is "/join" | "/reset" {
  return path === "/join" || path === "/reset";
}
